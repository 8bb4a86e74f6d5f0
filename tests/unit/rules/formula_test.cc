#include "rules/formula.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"

using namespace sup;
using namespace sup::rules;

namespace {

const std::vector<FormulaProcess> kProcesses = {
    {"run", ProcessState::Running, true},     {"run_b", ProcessState::Starting, true},
    {"run_c", ProcessState::Backoff, true},   {"done", ProcessState::Exited, true},
    {"crash", ProcessState::Exited, false},   {"fatal", ProcessState::Fatal, true},
    {"stop_a", ProcessState::Stopped, true},  {"stop_b", ProcessState::Stopping, true},
    {"unknown", ProcessState::Unknown, true}, {"it's", ProcessState::Running, true},
};

// "true", "false", or the error.
std::string evaluated(std::string_view text) {
    const auto formula = Formula::parse(text);
    if (!formula) {
        FAIL(formula.error().message);
    }
    const auto value = (*formula)->evaluate(kProcesses);
    return value ? concat(*value) : value.error().message;
}

struct Row {
    std::string text;
    std::string want;
};

}  // namespace

// R-90..R-93.
TEST_CASE("a formula is evaluated over the states of the processes") {
    const auto row = GENERATE(values<Row>({
        {"'run'", "true"},
        {"\"run\"", "true"},
        {"'run_b'", "true"},
        {"'run_c'", "true"},
        {"'done'", "true"},
        {"'crash'", "false"},
        {"'fatal'", "false"},
        {"'stop_a'", "false"},
        {"'stop_b'", "false"},
        {"'unknown'", "false"},
        {"not 'fatal'", "true"},
        {"not not 'fatal'", "false"},
        {"'run' and 'done'", "true"},
        {"'run' and 'done' and 'crash'", "false"},
        {"'crash' or 'run'", "true"},
        {"'crash' or 'fatal'", "false"},
        {"'crash' and 'fatal' or 'run'", "true"},  // and before or
        {"'crash' and ('fatal' or 'run')", "false"},
        {"not 'run' or 'done'", "true"},  // not before or
        {"not ('run' or 'done')", "false"},
        {"all('run.*')", "true"},
        {"all('stop_.')", "false"},
        {"any('stop_.')", "false"},
        {"any('.*')", "true"},
        {"all('.*')", "false"},
        {"any('run')", "true"},  // one process is a boolean
        {"all('run' and 'crash')", "false"},
        {"any(all('run.*') and not 'fatal')", "true"},
        {"all(('run.*'))", "true"},
        {"all('(stop_a|fatal)')", "false"},
        {"any('fatal|run')", "true"},  // the group is anchored
        {"'ru[n]'", "true"},
        {"r'ru\\w'", "true"},
        {"'ru\\w'", "true"},
        {"\"it's\"", "true"},
        {"'it\\'s'", "true"},
        {"  \n 'run'\n and\t'done' ", "true"},  // blanks around do not count
    }));
    CAPTURE(row.text);
    CHECK(evaluated(row.text) == row.want);
}

// whatever the states.
TEST_CASE("a formula that does not fit the processes is an error at evaluation") {
    const std::string list = "'run.*' matches 3 processes: any() or all() was expected around it";
    const auto row = GENERATE_COPY(values<Row>({
        {"'run.*'", list},
        {"('run.*')", list},
        {"not 'run.*'", list},
        {"'run' or 'run.*'", list},
        {"'crash' and 'run.*'", list},
        {"all('run.*' and 'run')", list},
        {"'web'", "'web' matches no process of the application"},
        {"'run' or 'web'", "'web' matches no process of the application"},
        {"any('web_.*')", "'web_.*' matches no process of the application"},
        {"'ru'", "'ru' matches no process of the application"},
    }));
    CAPTURE(row.text);
    CHECK(evaluated(row.text) == row.want);
}

TEST_CASE("an application without processes makes any formula an error") {
    const auto formula = Formula::parse("not 'run'");
    REQUIRE(formula);
    CHECK(!(*formula)->evaluate({}));
}

TEST_CASE("a pattern that needs too much work is an error at evaluation") {
    const auto formula = Formula::parse("'(a+)+'");
    REQUIRE(formula);
    const std::string name = std::string(40, 'a') + "b";
    const std::vector<FormulaProcess> processes = {{name, ProcessState::Running, true}};
    const auto value = (*formula)->evaluate(processes);
    REQUIRE(!value);
    CHECK(value.error().message ==
          "'(a+)+' needs too much work on the process name '" + name + "'");
}

//
TEST_CASE("a formula that is not valid is refused with the place and what was expected") {
    const std::string primary =
        " where 'not', '(', any(...), all(...) or a quoted process name was expected";
    const std::string end = " where 'and', 'or' or the end of the formula was expected";
    const std::string close = " where 'and', 'or' or ')' was expected";
    const std::string formula_end = "the end of the formula";
    const auto row = GENERATE_COPY(values<Row>({
        {"", "it is blank: a formula such as all('web_.*') was expected"},
        {" \n", "it is blank: a formula such as all('web_.*') was expected"},
        {"run", "at character 1: 'run'" + primary},
        {"12", "at character 1: '12'" + primary},
        {"True", "at character 1: 'True'" + primary},
        {"os.kill('run')", "at character 1: 'os.kill'" + primary},
        {"max('run')", "at character 1: 'max'" + primary},
        {"'run' xor 'done'", "at character 7: 'xor'" + end},
        {"'run' == 'done'", "at character 7: '='" + end},
        {"'run' + 'done'", "at character 7: '+'" + end},
        {"'run' 'done'", "at character 7: the string 'done'" + end},
        {"'run'; 'done'", "at character 6: ';'" + end},
        {"'run' if 'done' else 'x'", "at character 7: 'if'" + end},
        {"'run' and", "at character 10: " + formula_end + primary},
        {"'run' and not", "at character 14: " + formula_end + primary},
        {"and 'run'", "at character 1: 'and'" + primary},
        {"('run'", "at character 7: " + formula_end + close},
        {"'run')", "at character 6: ')'" + end},
        {"()", "at character 2: ')'" + primary},
        {"all", "at character 4: " + formula_end + " where '(' after all was expected"},
        {"all 'run'", "at character 5: the string 'run' where '(' after all was expected"},
        {"all()", "at character 5: all() without the one argument that was expected"},
        {"any('run', 'done')", "at character 10: a second argument where any() takes one"},
        {"any('run'", "at character 10: " + formula_end + close},
        {"'run", "at character 1: this string is never ended"},
        {"'run\n'", "at character 1: this string is never ended"},
        {"'a' and '(b'",
         "at character 9: the pattern '(b' is refused: at character 1: this "
         "parenthesis is never closed"},
        {"'\xc3\xa9' x", "at character 5: 'x'" + end},
    }));
    CAPTURE(row.text);
    const auto formula = Formula::parse(row.text);
    REQUIRE(!formula);
    CHECK(formula.error().message == row.want);
}

TEST_CASE("the depth and the length of a formula are bounded") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "'run'" + std::string(depth, ')');
    };
    CHECK(evaluated(nested(40)) == "true");
    const auto deep = Formula::parse(nested(60));
    REQUIRE(!deep);
    CHECK(deep.error().message == "at character 51: it is nested deeper than 50 levels");
    std::string nots;
    for (int i = 0; i < 2000; ++i) {
        nots += "not ";
    }
    CHECK(!Formula::parse(nots + "'run'"));
    CHECK(!Formula::parse(std::string(100'000, '(')));
    std::string wide = "'run'";
    for (int i = 0; i < 500; ++i) {
        wide += " and 'run'";
    }
    CHECK(evaluated(wide) == "true");
}
