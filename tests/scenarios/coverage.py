"""Which story shows which rule. `coverage.py [--table]` fails when a rule, an edge case or a defect of the
reference has neither a story that cites it nor a line in elsewhere.list.

A story cites numbers in its comments: `(B-12, E-9, D-2)`, or a range `B-66..B-68`. A line of elsewhere.list is
`NUMBER STATUS [WHERE]: REASON`: `test` names the file of the test that shows it (it must exist and cite the
number); `moot` says why it has no meaning here; `open` that it is not built yet.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def numbers(text):
    """'1-8 10' -> 1..8, 10."""
    for item in text.split():
        first, _, last = item.partition('-')
        yield from range(int(first), int(last or first) + 1)


KNOWN = {
    'B': '1-8 10-27 30-33 40-48 60-71 80-95 100-108 110-117 120-147 150-158 160-168 170-173 175-186 190-195 '
         '200-203',
    'E': '1-49 50-60 70-94 100-129 130-134 140-153 160-173 180-187 190-200',
    'D': '1-49',
}


def cited(text):
    for kind, first, last in re.findall(r'\b([BED])-(\d+)(?:\.\.[BED]-(\d+))?', text):
        for number in range(int(first), int(last or first) + 1):
            yield f'{kind}-{number}'


def stories():
    found = {}
    for story in sorted(HERE.glob('*/*.txt')):
        comments = ''.join(line for line in story.open(encoding='utf-8') if line.startswith('#'))
        for rule in cited(comments):
            found.setdefault(rule, []).append(str(story.relative_to(HERE)))
    return found


def elsewhere():
    """Rule -> (status, where, reason), and the faults of the file itself."""
    found, faults = {}, []
    for number, line in enumerate((HERE / 'elsewhere.list').read_text(encoding='utf-8').splitlines(), 1):
        if not line or line.startswith('#'):
            continue
        match = re.fullmatch(r'([BED]-\d+) (test|moot|open)(?: (\S+))?: (.+)', line)
        if match is None:
            faults.append(f'elsewhere.list:{number}: `NUMBER STATUS [WHERE]: REASON` was expected')
            continue
        rule, status, where, reason = match.groups()
        found[rule] = (status, where, reason)
        if status == 'test':
            path = ROOT / 'tests' / (where or '')
            if not path.is_file():
                faults.append(f'elsewhere.list:{number}: {rule}: there is no tests/{where}')
            elif rule not in cited(path.read_text(encoding='utf-8')):
                faults.append(f'elsewhere.list:{number}: tests/{where} does not cite {rule}')
    return found, faults


def main():
    shown, (otherwise, faults) = stories(), elsewhere()
    table = []
    for kind, ranges in KNOWN.items():
        for number in numbers(ranges):
            rule = f'{kind}-{number}'
            if rule in shown:
                table.append((rule, ' '.join(shown[rule])))
            elif rule in otherwise:
                status, where, reason = otherwise[rule]
                table.append((rule, f'[{status}] {where + ": " if where else ""}{reason}'))
            else:
                faults.append(f'{rule} is shown nowhere')
    if '--table' in sys.argv[1:]:
        for rule, where in table:
            print(f'{rule:6} {where}')
    count = sum(rule in shown for rule, _ in table)
    still = sum(otherwise.get(rule, ('',))[0] == 'open' for rule, _ in table if rule not in shown)
    print(f'{len(table)} rules: {count} in stories, {len(table) - count - still} elsewhere, {still} open')
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
