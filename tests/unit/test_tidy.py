"""Each rule of tidy.py fires on a bad sample and is silent on a good one."""

import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / 'scripts'
sys.path.insert(0, str(SCRIPTS))
sys.dont_write_bytecode = True

from cpp_source import Shape, split_comments  # noqa: E402
from tidy import BadList, Bans, Layers, check_file  # noqa: E402

LAYERS = Layers(SCRIPTS / 'layers.txt')
BANS = Bans(SCRIPTS / 'banned.txt')


def errors_of(path, text):
    return check_file(path, textwrap.dedent(text), LAYERS, BANS)


def functions_of(text):
    return Shape(split_comments(textwrap.dedent(text))[0]).functions


class Rules(unittest.TestCase):
    """The table: file, bad sample, what the message says, good sample."""

    TABLE = [
        ('common/base/x.cc', '#include "common/model/states.h"\n', 'common/base may not include',
         '#include "common/base/text.h"\n'),
        ('rules/x.cc', '#include "agent/core/input.h"\n', 'rules may not include',
         '#include "common/model/states.h"\n'),
        ('agent/core/sequencing/x.cc', '#include "agent/shell/clock.h"\n',
         'agent/core may not include', '#include "agent/core/placement/placement.h"\n'),
        ('agent/codec/x.cc', '#include "agent/core/agent_core.h"\n', 'agent/codec may not include',
         '#include "agent/core/input.h"\n'),
        ('cli/x.cc', '#include "agent/core/input.h"\n', 'cli may not include',
         '#include "rules/load.h"\n'),
        ('agent/shell/x.cc', '#include "tests/support/x.h"\n', 'agent/shell may not include',
         '#include "agent/core/agent_core.h"\n'),
        ('agent/main.cc', '#include "cli/x.h"\n', 'agent may not include',
         '#include "agent/shell/event_loop.h"\n'),
        ('elsewhere/x.cc', 'int x;\n', 'no layer', None),
        ('rules/load.cc', '#include <libxml/parser.h>\n', 'libxml2 belongs to rules/parse.cc',
         '#include <string>\n'),
        ('agent/shell/worker.cc', '#include <boost/asio.hpp>\n', 'boost belongs to',
         '// #include <boost/asio.hpp>\n'),
        ('cli/x.cc', '#include <zmq.hpp>\n', 'zeromq belongs to', '#include <CLI/CLI.hpp>\n'),
        ('agent/shell/x.cc', '#include <nlohmann/json.hpp>\n', 'json belongs to',
         '#include <curl/curl.h>\n'),
        ('agent/core/x.cc', '#include <chrono>\n', 'clocks', '// #include <chrono>\n'),
        ('agent/codec/x.cc', 'auto t = std::chrono::seconds(1);\n', 'clocks',
         'auto t = "std::chrono";\n'),
        ('common/base/x.cc', 'int x = rand();\n', 'randomness', 'int x = brand(1);\n'),
        ('rules/x.cc', '#include <mutex>\n', 'threads', '#include <map>\n'),
        ('common/model/x.cc', '#include <iostream>\n', 'streams', '#include <string>\n'),
        ('common/model/x.cc', 'std::ostringstream out;\n', 'streams', 'std::string out;\n'),
        ('rules/x.cc', '#include <filesystem>\n', 'files', 'int files;\n'),
        ('rules/x.cc', 'auto f = fopen(path, "r");\n', 'files',
         'auto f = R"(fopen("x"); ")";  /* fopen */\n'),
        ('common/config/x.cc', 'auto v = getenv("HOME");\n', 'environment',
         'auto v = host.environment;\n'),
        ('agent/codec/x.cc', '#include <sys/socket.h>\n', 'sockets', '#include <vector>\n'),
        ('agent/codec/x.cc', 'void f() {\n    system("x");\n}\n', 'processes',
         'void f() {\n    system_files();\n}\n'),
        ('agent/core/x.cc', '#include <unordered_map>\n', 'unordered', '#include <map>\n'),
        ('agent/core/x.cc', 'double load = 0;\n', 'floating', 'int double_load = 0;\n'),
        ('agent/core/x.cc', 'void f() {\n    throw 1;\n}\n', 'throw',
         'void f() {\n    overthrow(1);\n}\n'),
        ('agent/core/x.cc', 'std::function<void()> f;\n', 'std-function', 'int function;\n'),
        ('agent/core/x.cc', 'using J = nlohmann::json;\n', 'json', 'using J = Json;\n'),
        ('agent/core/x.cc', 'static int count = 0;\n', 'mutable static',
         'static constexpr int kCount = 0;\nstatic int count(int a = 0);\nstatic_assert(true);\n'),
        ('agent/core/x.cc', 'void f() {\n    static std::map<int, int> seen;\n}\n',
         'mutable static', 'class A {\n    static std::map<int, int> seen(int);\n};\n'),
        ('agent/core/x.cc', 'void f() {\n    switch (x) {\n        default:\n            g();\n'
         '    }\n}\n', '`default:`', 'A() = default;\n'),
        ('agent/shell/x.cc', 'int x;\n' * 401, '401 lines, at most 400', 'int x;\n' * 400),
        ('agent/shell/x.h', '#pragma once\n// What it is.\n' + 'int x;\n' * 199,
         '201 lines, at most 200', '#pragma once\n// What it is.\n' + 'int x;\n' * 198),
        ('agent/shell/x.cc', '// ' + 'x' * 98 + '\n', '101 columns', '// ' + 'é' * 97 + '\n'),
        ('agent/shell/x.cc', 'void f() {\n' + '    g();\n' * 59 + '}\n', 'f has 61 lines',
         'void f() {\n' + '    g();\n' * 58 + '}\n'),
        ('agent/shell/x.cc', 'void f(int a, int b, int c, int d, int e);\n', 'f has 5 parameters',
         'void f(int a, std::map<int, int> b, int c = g(1, 2), int d = int{1});\n'),
        ('agent/shell/x.cc', 'int f(void* a, int b, int c, int d, int e) {}\n',
         'f has 5 parameters',
         'int f(void* a, int b, int c, int d, int e) {}  // NOLINT(parameters): imposed\n'),
        ('agent/shell/x.h', '// What it is.\nstruct A {};\n', 'no `#pragma once`',
         '#pragma once\n// What it is.\nstruct A {};\n'),
        ('agent/shell/x.h', '#pragma once\nclass B;\nstruct A {};\n// Late.\n', 'no prose',
         '#pragma once\nclass B;\n// What it is.\nstruct A {};\n'),
        ('agent/shell/x.cc', '// TODO: later\n', 'without an issue number',
         '// TODO(#12): later\nauto x = "TODO";\n'),
        ('agent/shell/x.cc', 'using namespace std;\n', 'using namespace std',
         'using namespace std::literals;\n'),
    ]

    def test_every_rule(self):
        for path, bad, message, good in self.TABLE:
            with self.subTest(path=path, message=message):
                found = errors_of(path, bad)
                self.assertEqual(len(found), 1, found)
                self.assertIn(message, found[0])
                self.assertRegex(found[0], r'^\S+:\d+: ')
                if good is not None:
                    self.assertEqual(errors_of(path, good), [])

    def test_the_line_is_named(self):
        self.assertTrue(errors_of('agent/core/x.cc', '/* a\n b */\n\ndouble x;\n')[0].startswith(
            'agent/core/x.cc:4: '))

    def test_exceptions_hold_for_their_file_and_their_ban_only(self):
        self.assertEqual(errors_of('common/base/check.cc', 'void f() {\n    fprintf(a);\n}\n'), [])
        self.assertEqual(len(errors_of('common/base/text.cc', 'void f() {\n    fprintf(a);\n}\n')),
                         1)
        self.assertEqual(len(errors_of('common/base/check.cc', '#include <thread>\n')), 1)

    def test_bans_end_where_the_shell_begins(self):
        for path in ('agent/shell/x.cc', 'cli/x.cc', 'tests/sim/x.cc', 'agent/listener/x.cc'):
            self.assertEqual(errors_of(path, '#include <chrono>\ndouble x;\n'), [])


class Shapes(unittest.TestCase):
    """Functions, their length, nesting and parameters, in the ways our code is written."""

    def only(self, text):
        functions = functions_of(text)
        self.assertEqual(len(functions), 1, functions)
        return functions[0]

    def test_nesting_counts_control_statements(self):
        table = [
            ('void f() { if (a) { while (b) { for (;;) { g(); } } } }', 3),
            ('void f() { if (a) { while (b) { for (;;) { do { g(); } while (c); } } } }', 4),
            ('void f() { if (a) { g(); } else if (b) { g(); } else { g(); } }', 1),
            ('void f() { switch (a) { case A::B: { g(); break; } case 2: if (b) { g(); } } }', 2),
            ('void f() { try { g(); } catch (const E& e) { h(); } }', 1),
            ('void f() { if (!a) [[unlikely]] { g(); } }', 1),
            ('void f() { auto x = A{.b = {1, 2}, .c = {}}; return {x, {1}}; }', 0),
            ('void f() { std::visit(Overloaded{[&](const A& a) { if (a) { g(); } },\n'
             '                                 [](B) {}}, v); }', 1),
            ('void f() { const auto g = [&](int x) -> Result<int> { if (x) { h(); } }; }', 1),
            ('void f() { return [this] { if (x) { h(); } }; }', 1),
            ('void f() { if (auto x = g({1, 2}); x) { return A{1}; } }', 1),
            ('void f() { struct Row { int a; }; const Row row[] = {{1}, {2}}; }', 0),
            ('void f() { { g(); } }', 1),
            ('void f() { auto a = b[c] ? D{1} : D{2}; }', 0),
            ('TEST_CASE("a { b") { SECTION("c") { if (d) { CHECK(e); } } }', 2),
        ]
        for text, depth in table:
            with self.subTest(text=text):
                self.assertEqual(self.only(text).depth, depth)

    def test_heads(self):
        table = [
            ('A::A(int a, int b) : a_(a), b_{b}, c_(std::move(d)) { g(); }', 'A', 2),
            ('A::~A() = default;', '~A', 0),
            ('template <typename T, typename U = std::map<int, T>>\n'
             'requires std::is_integral_v<T>\nvoid f(T a, std::function<void(int, int)> b) {}',
             'f', 2),
            ('bool operator()(const A& a, const A& b) const { return true; }', 'operator()', 2),
            ('constexpr Duration operator-(Duration other) const { return {ms - other.ms}; }',
             'operator-', 1),
            ('bool operator<(const A& b) const { return a < b; }', 'operator<', 1),
            ('A& operator=(A&&) noexcept;', 'operator=', 1),
            ('std::function<void(int, int)> make(std::span<const int> a);', 'make', 1),
            ('[[nodiscard]] explicit operator bool() const { return has_value(); }',
             'operator bool', 0),
            ('auto f(int a, auto (*b)(int, int)) -> std::vector<int> { return {}; }', 'f', 2),
            ('virtual void f(int a) const noexcept override = 0;', 'f', 1),
        ]
        for text, name, parameters in table:
            with self.subTest(text=text):
                function = self.only(text)
                self.assertEqual((function.name, function.parameters), (name, parameters))

    def test_what_is_no_function(self):
        for text in ('inline constexpr auto kNames = std::to_array<Named>({\n    {A::B, "B"},\n});',
                     'static_assert(sizeof(int) == 4, "a", 1, 2, 3);',
                     'struct A : B<int> { int a = 0; std::vector<int> b{1, 2}; Id<struct T> c; };',
                     'enum class A : int { B = 1, C };', 'namespace a::b { }', 'extern "C" { }',
                     'using F = std::function<void(int, int, int, int, int)>;',
                     '#define M(a, b, c, d, e) \\\n    do { f(a); \\\n    } while (false)\nint x;',
                     'std::function<void(int, int, int, int, int)> f;',
                     'const auto a = make(1, 2, 3, 4, 5);'):
            with self.subTest(text=text):
                self.assertEqual(functions_of(text), [])

    def test_a_function_after_each_difficulty_is_still_found(self):
        for text in ("char a = '{';", "char a = '\\'', b = '\"';", 'auto a = "}{\\"";',
                     'auto a = R"x(} ")" { )x";', "int a = 1'000'000;", '// it\'s {\n',
                     '/* { */', '#define OPEN {', 'auto a = u8"{";', 'int a[] = {1, 2};',
                     'auto a = [](int b) { return b; };', 'class A { public: A() {} };'):
            with self.subTest(text=text):
                last = functions_of(f'{text}\nvoid last(int a) {{\n    if (a) {{\n    }}\n}}\n')[-1]
                self.assertEqual((last.name, last.depth, last.end_line - last.body_line),
                                 ('last', 1, 3))


class Lists(unittest.TestCase):
    """A list that says nothing clear is refused, with the place."""

    def refused(self, reader, text):
        with tempfile.NamedTemporaryFile('w', suffix='.txt') as file:
            file.write(text)
            file.flush()
            with self.assertRaises(BadList) as caught:
                reader(Path(file.name))
        return str(caught.exception)

    def test_bad_lines(self):
        self.assertIn(':1: neither', self.refused(Layers, 'common: base\n'))
        self.assertIn('has no reason', self.refused(Bans, 'in a\nban x y\nban z t\n    why\n'))
        self.assertIn('has no reason', self.refused(Bans, 'in a\nban x y\n'))
        self.assertIn('belongs to no ban', self.refused(Bans, '    why\n'))
        self.assertIn('not a ban', self.refused(Bans, 'except clocks a.cc\n    why\n'))
        self.assertIn('expected', self.refused(Bans, 'forbid x y\n'))


if __name__ == '__main__':
    unittest.main()
