#include "cli/table.h"

#include <catch2/catch.hpp>

namespace sup::cli {
namespace {

TEST_CASE("columns are fixed, automatic or free") {
    Table table({{"Application"}, {"Process"}, {"State", 12}, {"Supervisor", Column::kFree}});
    table.add({"db", "node_00", "RUNNING", "['10.0.0.1:60000']"});
    table.add({"job", "job", "STOPPED", "[]"});
    CHECK(table.lines() ==
          std::vector<std::string>{"Application  Process  State       Supervisor",
                                   "db           node_00  RUNNING     ['10.0.0.1:60000']",
                                   "job          job      STOPPED     []"});
}

TEST_CASE("an automatic column is as wide as its longest cell, shown or not") {
    Table table({{"A"}, {"B"}});
    table.add({"x", "y"});
    table.measure({"longest", "z"});
    CHECK(table.lines() == std::vector<std::string>{"A        B  ", "x        y  "});
}

TEST_CASE("nothing is cut: a long value pushes the rest") {
    Table table({{"Load", 6}, {"Next", 6}});
    table.add({"123456789", "x"});
    CHECK(table.lines()[1] == "123456789x     ");
}

TEST_CASE("widths count code points") {
    CHECK(shown_length("é€😀a") == 4);
    CHECK(padded("é", 3) == "é  ");
    CHECK(padded("abcd", 3) == "abcd");
}

TEST_CASE("an empty table has its titles") {
    const Table table({{"Application"}, {"Minor", 7}});
    CHECK(table.is_empty());
    CHECK(table.lines() == std::vector<std::string>{"Application  Minor  "});
}

TEST_CASE("names are sorted down the columns") {
    CHECK(in_columns({}).empty());
    CHECK(in_columns({"a", "bb", "c"}) == std::vector<std::string>{"a  bb  c"});
    std::vector<std::string> names;
    for (char letter = 'a'; letter < 'a' + 10; ++letter) {
        names.push_back(std::string(17, letter));
    }
    const auto lines = in_columns(names);  // four columns of 17, and 2 between, fit 79
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == std::string(17, 'a') + "  " + std::string(17, 'd') + "  " +
                          std::string(17, 'g') + "  " + std::string(17, 'j'));
    CHECK(lines[1] ==
          std::string(17, 'b') + "  " + std::string(17, 'e') + "  " + std::string(17, 'h'));
}

TEST_CASE("a name wider than the line stands alone") {
    const std::string wide(100, 'x');
    CHECK(in_columns({"a", wide}) == std::vector<std::string>{"a", wide});
}

}  // namespace
}  // namespace sup::cli
