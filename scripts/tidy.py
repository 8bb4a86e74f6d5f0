#!/usr/bin/python3
"""Checks the rules of the style guide that a compiler does not: `tidy.py [--root DIR] [FILE...]`.

Layers (layers.txt), bans (banned.txt), sizes, prose first. Without FILE: every C++ file of the
project. Errors are `file:line: what, why`; the exit code is 1 when there is one.
"""

import argparse
import fnmatch
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cpp_source import Shape, split_comments

MAX_LINES = {'.h': 200, '.cc': 400}
MAX_COLUMNS = 100
MAX_FUNCTION_LINES = 60
MAX_NESTING = 3
MAX_PARAMETERS = 4

HERE = Path(__file__).resolve().parent
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>\n]+)>|"([^"\n]+)")')


class BadList(Exception):
    """A line of layers.txt or banned.txt that cannot be read."""


def is_under(path, places):
    """Whether `path` is, matches as a glob, or lies in one of the places."""
    return any(path == place or path.startswith(place.rstrip('/') + '/') or
               fnmatch.fnmatchcase(path, place) for place in places)


@dataclass
class Library:
    name: str
    headers: re.Pattern
    users: list


class Layers:
    """layers.txt: who may include what."""

    def __init__(self, path):
        self.allowed, self.libraries = {}, []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith('#'):
                continue
            layer = re.fullmatch(r'layer (\S+):(.*)', line)
            library = re.fullmatch(r'library (\S+)\s+(\S+):\s+(.*)', line)
            if layer:
                self.allowed[layer[1]] = layer[2].split()
            elif library:
                self.libraries.append(Library(library[1], re.compile(library[2]),
                                              library[3].split()))
            else:
                raise BadList(f'{path}:{number}: neither `layer FOLDER: ...` nor '
                              '`library NAME REGEX: ...`')

    def layer_of(self, path):
        fitting = [layer for layer in self.allowed if is_under(path, [layer])]
        return max(fitting, key=len, default=None)

    def check(self, path, header):
        """Why `path` may not include the project's `header`; None if it may."""
        layer, target = self.layer_of(path), self.layer_of(header)
        if layer is None:
            return f'{path} lies in no layer, add its folder to layers.txt'
        if target is None or target == layer or '*' in self.allowed[layer]:
            return None
        if is_under(header, self.allowed[layer]):
            return None
        permitted = ' '.join(self.allowed[layer]) or 'nothing else'
        return f'{layer} may not include {header}, it may include {permitted}'

    def check_library(self, path, header):
        for library in self.libraries:
            if library.headers.search(header) and not is_under(path, library.users):
                return (f'<{header}> is not for this file, {library.name} belongs to '
                        f'{" ".join(library.users)}')
        return None


@dataclass
class Ban:
    name: str
    pattern: re.Pattern
    folders: list
    why: str = ''


class Bans:
    """banned.txt: what does not exist where, and the exceptions with their reasons."""

    def __init__(self, path):
        self.bans, self._exceptions = [], []
        folders, unexplained = [], None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith('#'):
                continue
            if line[0].isspace():
                if unexplained is None:
                    raise BadList(f'{path}:{number}: a reason that belongs to no ban or exception')
                unexplained.why = f'{unexplained.why} {line.strip()}'.strip()
                continue
            self._demand_reason(unexplained, path, number)
            unexplained, folders = self._take(line, folders, f'{path}:{number}')
        self._demand_reason(unexplained, path, 'end')

    def _take(self, line, folders, where):
        word, _, rest = line.partition(' ')
        if word == 'in':
            return None, rest.split()
        name, _, rest = rest.partition(' ')
        if word == 'ban' and rest:
            self.bans.append(Ban(name, re.compile(rest.strip()), folders))
            return self.bans[-1], folders
        if word == 'except' and rest:
            if name not in [ban.name for ban in self.bans]:
                raise BadList(f'{where}: an exception from `{name}`, which is not a ban')
            self._exceptions.append(Ban(name, None, [rest.strip()]))
            return self._exceptions[-1], folders
        raise BadList(f'{where}: `in FOLDER ...`, `ban NAME REGEX` or `except NAME FILE` expected')

    @staticmethod
    def _demand_reason(item, path, number):
        if item is not None and not item.why:
            raise BadList(f'{path}:{number}: `{item.name}` above has no reason')

    def for_file(self, path):
        excepted = {exception.name for exception in self._exceptions
                    if is_under(path, exception.folders)}
        return [ban for ban in self.bans
                if is_under(path, ban.folders) and ban.name not in excepted]


class File:
    """One C++ file and the errors found in it."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.lines = text.splitlines()
        code, comments = split_comments(text)
        self.code, self.comments = code.splitlines(), comments.splitlines()
        self.shape = Shape(code)
        self.is_header = path.endswith('.h')
        self.errors = []

    def error(self, line, what):
        self.errors.append((line, f'{self.path}:{line}: {what}'))

    def includes(self):
        """(line, header, whether in quotes) of each #include that is not in a comment."""
        for number, (line, code) in enumerate(zip(self.lines, self.code), 1):
            found = INCLUDE.match(line)
            if found and code.lstrip().startswith('#'):
                yield number, found[1] or found[2], found[2] is not None


def check_includes(file, layers):
    for number, header, quoted in file.includes():
        problem = layers.check(file.path, header) if quoted else \
            layers.check_library(file.path, header)
        if problem:
            file.error(number, problem)
    if layers.layer_of(file.path) is None:
        file.error(1, 'lies in no layer, add its folder to layers.txt')


def check_bans(file, bans):
    for ban in bans.for_file(file.path):
        for number, (line, code) in enumerate(zip(file.lines, file.code), 1):
            # The name in an #include is a literal for the lexer, but not for us.
            subject = line if INCLUDE.match(line) and code.lstrip().startswith('#') else code
            found = ban.pattern.search(subject)
            if found:
                file.error(number, f'`{found.group().strip()}` is banned here ({ban.name}), '
                                   f'{ban.why}')


# A static that is not constant and not a function: state that nobody passes.
STATIC = re.compile(r'\bstatic\s+(?!const\b|constexpr\b|consteval\b|constinit\s+const\b|assert)'
                    r'(?:inline\s+)?(?!const\b|constexpr\b)[^;{}=()]*([;{=(])')


def check_core(file):
    if not is_under(file.path, ['agent/core']):
        return
    code = '\n'.join(file.code)
    for found in STATIC.finditer(code):
        if found[1] != '(':
            file.error(code.count('\n', 0, found.start()) + 1,
                       'a mutable static, state belongs to an object that is passed')
    for number, line in enumerate(file.code, 1):
        if re.search(r'\bdefault\s*:', line):
            file.error(number, '`default:` in the core, name every enumerator so that a new one '
                               'does not compile until it is handled')


def check_sizes(file):
    limit = MAX_LINES['.h' if file.is_header else '.cc']
    if len(file.lines) > limit:
        file.error(limit + 1, f'{len(file.lines)} lines, at most {limit} in a '
                              f'{".h" if file.is_header else ".cc"}')
    for number, line in enumerate(file.lines, 1):
        if len(line) > MAX_COLUMNS:
            file.error(number, f'{len(line)} columns, at most {MAX_COLUMNS}')
    for function in file.shape.functions:
        length = function.end_line - function.body_line + 1 if function.end_line else 0
        if length > MAX_FUNCTION_LINES:
            file.error(function.line, f'{function.name} has {length} lines, at most '
                                      f'{MAX_FUNCTION_LINES} in a function')
        if function.depth > MAX_NESTING:
            file.error(function.deepest_line, f'{function.name} nests {function.depth} deep, at '
                                              f'most {MAX_NESTING}')
        # A name in capitals is a macro of the test library; a callback's signature may be imposed
        # by the library that calls it, and says so.
        imposed = 'NOLINT(parameters)' in file.comments[function.line - 1]
        if function.parameters > MAX_PARAMETERS and not function.name.isupper() and not imposed:
            file.error(function.line, f'{function.name} has {function.parameters} parameters, at '
                                      f'most {MAX_PARAMETERS}: use a struct with named fields')


def check_header(file):
    if not file.is_header:
        return
    if not any(line.strip() == '#pragma once' for line in file.code):
        file.error(1, 'no `#pragma once`')
    first = file.shape.first_declaration
    above = file.comments[:first - 1] if first else file.comments
    if not any(line.strip().startswith('//') for line in above):
        file.error(first or 1, 'no prose above the first declaration, say what this is (//)')


def check_words(file):
    for number, comment in enumerate(file.comments, 1):
        if re.search(r'\b(TODO|FIXME|XXX)\b(?!\s*\(?#\d+)', comment):
            file.error(number, 'a TODO without an issue number, write TODO(#12)')
    for number, line in enumerate(file.code, 1):
        if re.search(r'\busing\s+namespace\s+std\s*;', line):
            file.error(number, '`using namespace std`, write std:: where it is meant')


def check_file(path, text, layers, bans):
    """The messages about one file, in the order of its lines."""
    file = File(path, text)
    check_includes(file, layers)
    check_bans(file, bans)
    check_core(file)
    check_sizes(file)
    check_header(file)
    check_words(file)
    return [message for _, message in sorted(file.errors)]


def project_files(root):
    """Every C++ file that is or may be committed: not the ignored ones."""
    listed = subprocess.run(
        ['git', '-C', str(root), 'ls-files', '-z', '--cached', '--others', '--exclude-standard',
         '--', '*.cc', '*.h'], capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = sorted(set(listed.stdout.split('\0')) - {''})
    else:
        # An exported tree without a repository.
        names = sorted(path.relative_to(root).as_posix() for suffix in ('*.cc', '*.h')
                       for path in root.rglob(suffix))
        names = [name for name in names if not name.startswith('build/')]
    return [name for name in names if (root / name).is_file()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--root', type=Path, default=HERE.parent)
    parser.add_argument('files', nargs='*', help='paths from the root')
    options = parser.parse_args()
    try:
        layers, bans = Layers(HERE / 'layers.txt'), Bans(HERE / 'banned.txt')
    except (BadList, OSError) as error:
        print(error)
        return 1
    errors = []
    files = options.files or project_files(options.root)
    for name in files:
        text = (options.root / name).read_text(encoding='utf-8', errors='replace')
        errors += check_file(name, text, layers, bans)
    for message in errors:
        print(message)
    if not files:
        print('tidy.py: no C++ file found')
    elif errors:
        print(f'tidy.py: {len(errors)} errors in {len(files)} files')
    return 1 if errors or not files else 0


if __name__ == '__main__':
    sys.exit(main())
