"""Prints `N passed, N failed` over the JUnit files given; fails when a test failed or none ran.

A missing or unreadable file, or a file without a single test, counts as a failure: a run that
tests nothing must not look green.
"""

import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    """(passed, failed, skipped) of one JUnit file."""
    root = ElementTree.parse(path).getroot()
    failed = skipped = total = 0
    for case in root.iter("testcase"):
        total += 1
        # ctest says status="fail" or "notrun" (a program that could not be started), unittest's
        # writer uses the elements alone.
        if case.find("failure") is not None or case.find("error") is not None or \
                case.get("status") in ("fail", "notrun"):
            failed += 1
        elif case.find("skipped") is not None or case.get("status") == "disabled":
            skipped += 1
    return total - failed - skipped, failed, skipped


def main(paths):
    passed = failed = skipped = 0
    sound = True
    for path in paths:
        try:
            here = count(path)
        except (OSError, ElementTree.ParseError) as error:
            print(f"{path}: no results: {error}")
            sound = False
            continue
        if here[0] + here[1] == 0:
            print(f"{path}: no test ran")
            sound = False
        passed, failed, skipped = passed + here[0], failed + here[1], skipped + here[2]
    if skipped:
        print(f"{skipped} skipped")
    print(f"{passed} passed, {failed} failed")
    return 0 if sound and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
