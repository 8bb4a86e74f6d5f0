"""Prints what failed, then `N passed, N failed` over the JUnit files given; fails when a test failed
or none ran.

The failures are told again here because the end of a long output is what is read first, and now and
then all that is kept. A missing or unreadable file, or a file without a single test, counts as a
failure: a run that tests nothing must not look green.
"""

import sys
import xml.etree.ElementTree as ElementTree

# Of the text of one failure: its end, where the reason is.
MAXIMUM_TEXT = 3000


def failure_of(case):
    """The text of a failure, None of a test that did not fail."""
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            return found.text or found.get("message") or kind
    # ctest says status="fail" or "notrun" (a program that could not be started), unittest's
    # writer uses the elements alone.
    return case.get("status") if case.get("status") in ("fail", "notrun") else None


def is_skipped(case):
    return case.find("skipped") is not None or case.get("status") == "disabled"


def count(path):
    """(passed, failures, skipped) of one JUnit file; failures are pairs of a name and a text."""
    cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    failures = [(case.get("name"), failure_of(case)) for case in cases if failure_of(case)]
    skipped = sum(is_skipped(case) for case in cases if not failure_of(case))
    return len(cases) - len(failures) - skipped, failures, skipped


def main(paths):
    passed = skipped = 0
    failures = []
    sound = True
    for path in paths:
        try:
            here = count(path)
        except (OSError, ElementTree.ParseError) as error:
            print(f"{path}: no results: {error}")
            sound = False
            continue
        if here[0] + len(here[1]) == 0:
            print(f"{path}: no test ran")
            sound = False
        passed, skipped = passed + here[0], skipped + here[2]
        failures += here[1]
    for name, text in failures:
        print(f"failed: {name}\n{text.strip()[-MAXIMUM_TEXT:]}\n")
    if skipped:
        print(f"{skipped} skipped")
    print(f"{passed} passed, {len(failures)} failed")
    return 0 if sound and not failures else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
