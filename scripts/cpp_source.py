"""A C++ file as tidy.py sees it: code without comments and literals, and where its functions are.

This is not a compiler. It knows enough of the grammar (comments, literals, preprocessor lines,
brackets, what stands before a `{`) to say where functions begin and end and how deep they nest.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_TOKENS = re.compile(
    r'''(?P<comment>//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z))
      | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
      | (?P<text>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
      | (?P<character>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
      | (?P<word>[A-Za-z_]\w*)
      | (?P<number>\d(?:'?[\w.])*)''',
    re.DOTALL | re.VERBOSE)
_DIRECTIVE = re.compile(r'^[ \t]*\#(?:\\\n|[^\n])*', re.MULTILINE)


def _blank(text):
    return re.sub(r'[^\n]', ' ', text)


def split_comments(text):
    """(code, comments): both as long as `text`, blanks where the other one stands.

    In the code the contents of literals are blank too, their quotes stay.
    """
    code, comments, end = [], [], 0
    for token in _TOKENS.finditer(text):
        gap, piece = text[end:token.start()], token.group()
        end = token.end()
        code.append(gap)
        comments.append(_blank(gap))
        if token.lastgroup == 'comment':
            code.append(_blank(piece))
            comments.append(piece)
            continue
        if token.lastgroup in ('raw', 'mark', 'text', 'character'):
            piece = piece[0] + _blank(piece[1:-1]) + piece[-1]
        code.append(piece)
        comments.append(_blank(piece))
    code.append(text[end:])
    comments.append(_blank(text[end:]))
    return ''.join(code), ''.join(comments)


@dataclass
class Function:
    """A function at namespace or class level; a declaration has no body (its lines are 0)."""
    line: int
    name: str = ''
    parameters: int = 0
    body_line: int = 0
    end_line: int = 0
    depth: int = 0          # of control statements inside the body
    deepest_line: int = 0


@dataclass
class _Statement:
    """The text since the last `;`, `{` or `}`: what stands in brackets is collapsed to () [] {}."""
    text: str = ''
    at: int = 0
    labelled: bool = False                       # a case label stood before it
    groups: list = field(default_factory=list)   # (place in text, begin and end in the code)


@dataclass
class _Open:
    """A bracket that is open: what it is, and the statement that it interrupted."""
    kind: str               # namespace type function block lambda initializer group
    inside: int             # where its contents begin
    statement: _Statement
    function: Function = None
    depth: int = 0          # control depth of what stands inside


_CONTROL = re.compile(r'^(?:else\b\s*)?(?:if|for|while|switch|catch)\b|^(?:do|else|try)$')
_LABEL = re.compile(
    r'\s*(?:case\b(?:[^:]|::)+:(?!:)|default\s*:|(?:public|private|protected)\s*:(?!:))\s*')
_LAMBDA = re.compile(r'(?:^|[^\w)\]\s]|\b(?:return|co_return|co_yield))\s*\[\]\s*(?:<[^{}]*>)?\s*'
                     r'(?:\(\))?(?:\s*(?:mutable|noexcept|constexpr|static)\b)*'
                     r'(?:\s*->\s*[\w:<>,&*\s]+)?$')
_TYPE = re.compile(r'\b(?:class|struct|union|enum)\b')
_OPERATOR = re.compile(r'\boperator\s*[^\w\s("]+')
_CONSTRUCTOR = re.compile(r'\(\)\s*(?:noexcept\s*(?:\(\))?\s*)?(?:try\s*)?:(?!:)')
_NAME = re.compile(r'(operator\s*\(\)|operator\b[^(]*|~?\w+)$')
_NO_NAME = {'decltype', 'alignas', 'explicit', 'noexcept', 'requires', 'static_assert',
            '__attribute__'}


def _without_template(head):
    """The head without its leading `template <...>` and attributes."""
    while True:
        head = re.sub(r'^\s*(?:\[\]\s*)*', '', head)
        start = re.match(r'template\s*<', head)
        if not start:
            return head.rstrip()
        depth, at = 1, start.end()
        while at < len(head) and depth:
            depth += {'<': 1, '>': -1}.get(head[at], 0)
            at += 1
        head = head[at:]


def _has_assignment(head):
    return re.search(r'(?<![=!<>])=(?!=)', _OPERATOR.sub('', head)) is not None


def _angle_depth(head):
    head = _OPERATOR.sub('', head).replace('->', '')
    return head.count('<') - head.count('>')


def _count_parameters(text):
    text = text.replace('->', '').strip()
    if text in ('', 'void'):
        return 0
    depth, count = 0, 1
    for character in text:
        if character in '<({[':
            depth += 1
        elif character in '>)}]':
            depth -= 1
        elif character == ',' and depth == 0:
            count += 1
    return count


def _kind_at_top(head):
    """What a `{` opens at namespace or class level."""
    head = _without_template(head)
    if head == '' or re.match(r'(?:inline\s+)?namespace\b|extern\b\s*"', head):
        return 'namespace'
    if _LAMBDA.search(head):
        return 'function'
    if _has_assignment(head):
        return 'initializer'
    if _TYPE.search(head) and '(' not in head.replace('alignas()', ''):
        return 'type'
    if '(' not in head or (_CONSTRUCTOR.search(head) and re.search(r'[\w>]$', head)):
        return 'initializer'
    return 'function'


def _kind_inside(head):
    """What a `{` opens in the body of a function."""
    head = re.sub(r'\s*\[\]$', '', head) if head.endswith(') []') else head
    if head == '' or _CONTROL.search(head):
        return 'block'
    if _LAMBDA.search(head):
        return 'lambda'
    if _TYPE.match(head):
        return 'type'
    # A macro with a body, as SECTION("...") { ... }.
    return 'block' if re.match(r'\w+\s*\(\)$', head) and head[0].isupper() else 'initializer'


class Shape:
    """Walks the brackets of a file. After it: its functions, and the line of its first one."""

    def __init__(self, code):
        # Directives are not code here: a macro with a lone brace would unbalance the rest.
        self._code = _DIRECTIVE.sub(lambda found: _blank(found.group()), code)
        self._line_starts = [0] + [found.end() for found in re.finditer('\n', self._code)]
        self.functions = []
        self.first_declaration = 0   # line of the first type with a body, or function; 0: none
        self._stack = [_Open('namespace', 0, _Statement())]
        self._statement = _Statement()
        end = 0
        for found in re.finditer(r'[{}()\[\];]', self._code):
            self._extend(end, found.start())
            end = found.end()
            self._take(found.group(), found.start())

    def _line(self, offset):
        return bisect_right(self._line_starts, offset)

    def _extend(self, begin, end):
        statement, text = self._statement, self._code[begin:end]
        if statement.text == '':
            statement.at = begin + len(text) - len(text.lstrip())
            text = text.lstrip()
        statement.text += text
        while label := _LABEL.match(statement.text):
            statement.at += label.end()
            statement.text = statement.text[label.end():]
            statement.labelled = True

    def _take(self, bracket, at):
        if bracket in '([':
            self._push('group', at, self._stack[-1].function, self._stack[-1].depth)
        elif bracket == '{':
            self._open_brace(at)
        elif bracket == '}':
            self._close_brace(at)
        elif bracket == ';':
            self._end_statement()
        elif self._stack[-1].kind == 'group':
            opened = self._stack.pop()
            self._statement = opened.statement
            if bracket == ')':
                self._statement.groups.append((len(self._statement.text), opened.inside, at))
            self._statement.text += '()' if bracket == ')' else '[]'

    def _push(self, kind, at, function, depth):
        self._stack.append(_Open(kind, at + 1, self._statement, function, depth))
        self._statement = _Statement()

    def _open_brace(self, at):
        around, statement = self._stack[-1], self._statement
        head = statement.text.strip()
        function, depth = around.function, around.depth
        if around.kind in ('namespace', 'type'):
            kind = _kind_at_top(head)
            if kind == 'function':
                function, depth = self._record(at), 0
            elif kind == 'type':
                self._declared()
        elif around.kind in ('group', 'initializer'):
            kind = 'lambda' if _LAMBDA.search(head) else 'initializer'
        else:
            kind = _kind_inside(head)
            if kind == 'block' and not (head == '' and statement.labelled):
                depth += 1
                if function and depth > function.depth:
                    function.depth, function.deepest_line = depth, self._line(at)
        self._push(kind, at, function, depth)

    def _close_brace(self, at):
        while len(self._stack) > 1:
            opened = self._stack.pop()
            if opened.kind != 'group':   # a group here is a lone bracket: not C++ that we know
                break
        else:
            return
        if opened.kind == 'function':
            opened.function.end_line = self._line(at)
        if opened.kind in ('lambda', 'initializer'):
            self._statement = opened.statement
            self._statement.text += '{}'
        else:
            self._statement = _Statement()

    def _end_statement(self):
        if self._stack[-1].kind in ('namespace', 'type') and '(' in self._statement.text:
            self._record(None)
        self._statement = _Statement()

    def _declared(self):
        if self.first_declaration == 0:
            self.first_declaration = self._line(self._statement.at)

    def _record(self, body_at):
        """Adds the function whose head is the present statement."""
        statement = self._statement
        function = Function(self._line(statement.at))
        for place, begin, end in statement.groups:
            before = statement.text[:place].rstrip()
            name = _NAME.search(before)
            if _angle_depth(before) > 0 or name is None or name.group() in _NO_NAME:
                continue
            if _has_assignment(_without_template(before)):
                break                    # a variable and its initializer
            if name.group() == 'operator':
                continue                 # the first brackets of operator()()
            function.name = name.group()
            function.parameters = _count_parameters(self._code[begin:end])
            break
        if body_at is not None:
            function.body_line = self._line(body_at)
        if function.name or body_at is not None:
            self._declared()
            self.functions.append(function)
        return function
