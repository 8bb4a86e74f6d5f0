#include "common/config/ini.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"

namespace sup::config {
namespace {

std::string value_of(std::string_view text, std::string_view option) {
    IniDocument document;
    Problems problems;
    document.read("f", concat("[s]\n", text), problems);
    CHECK(problems.errors.empty());
    const auto* found = document.find("s", option);
    return found == nullptr ? "(none)" : found->value;
}

TEST_CASE("comments start a line or follow a blank, whatever the sign") {
    struct Row {
        const char* text;
        const char* want;
    };
    const auto row =
        GENERATE(Row{"a=x ; y", "x"}, Row{"a=x # y", "x"}, Row{"a=x;y", "x;y"}, Row{"a=x#y", "x#y"},
                 Row{"a=x\t;y", "x"}, Row{"a=x;y ;z", "x;y"}, Row{"a=x;y ;z #t", "x;y ;z"},
                 Row{"a= ;y", ""}, Row{"; a=1\na=2", "2"}, Row{"a=1\n  # a=2", "1"},
                 Row{"a=x\xc2\xa0;y", "x"}, Row{"a=;", ";"});
    CAPTURE(row.text);
    CHECK(value_of(row.text, "a") == row.want);
}

TEST_CASE("a value goes on over deeper lines") {
    struct Row {
        const char* text;
        const char* want;
    };
    const auto row = GENERATE(Row{"a=1\n 2\n\t3", "1\n2\n3"}, Row{"a=\n 1", "\n1"},
                              Row{"a=1\n\n 2\n\n\n", "1\n\n2"}, Row{"a=1\n ; no\n 2", "1\n2"},
                              Row{" a=1\n b=2\n  c=3", "1"}, Row{"a=1\n b=2", "1\nb=2"},
                              Row{"a=1\n [x]", "1\n[x]"}, Row{"a=1\r\n 2\r b", "1\n2\nb"});
    CAPTURE(row.text);
    CHECK(value_of(row.text, "a") == row.want);
}

TEST_CASE("names of options lose their case and their blanks, the first = or : ends them") {
    CHECK(value_of("AbC  :  x=y:z", "abc") == "x=y:z");
    CHECK(value_of("a b=1", "a b") == "1");
    CHECK(value_of("a=1\nA=2", "a") == "2");
}

TEST_CASE(
    "sections are merged, in order of first appearance, and remember where options come from") {
    IniDocument document;
    Problems problems;
    document.read("f", "[a] x\no=1\np=1\n[b;c]#]\n[a]\nO=2\n", problems);
    document.read("g", "\n[a]\np=3\n[DEFAULT]\nd=4\n", problems);
    REQUIRE(problems.errors.empty());
    REQUIRE(document.sections().size() == 2);
    CHECK(document.sections()[0].name == "a");
    CHECK(document.sections()[1].name == "b;c]#");
    CHECK(document.find("a", "o")->value == "2");
    CHECK(document.find("a", "o")->place == Place{"f", 6});
    CHECK(document.find("a", "p")->place == Place{"g", 3});
    CHECK(document.find("b;c]#", "d")->value == "4");
    CHECK(document.find("a", "x") == nullptr);
}

TEST_CASE("%(here)s is the directory of the file that was read last") {
    IniDocument document;
    Problems problems;
    document.read("/x/f", "[a]\no=%(here)s/1 %(here)s\n[DEFAULT]\nd=%(here)s\n", problems);
    document.fix_here("/x");
    document.read("/y/g", "[a]\np=%(here)s/2\n", problems);
    document.fix_here("/y");
    CHECK(document.find("a", "o")->value == "/x/1 /x");
    CHECK(document.find("a", "p")->value == "/y/2");
    CHECK(document.find("a", "d")->value == "/x");
    CHECK(document.find("a", "d")->is_inherited);
}

TEST_CASE("every line that cannot be understood is reported with its place") {
    IniDocument document;
    Problems problems;
    document.read("f", "[s]\nnonsense\n=1\no=1\n", problems);
    REQUIRE(problems.errors.size() == 2);
    CHECK(problems.errors[0].starts_with("f:2: 'nonsense' is not understood; expected [section]"));
    CHECK(problems.errors[1].starts_with("f:3: '=1' has no option name"));
    CHECK(document.find("s", "o")->value == "1");
}

TEST_CASE("a file that cannot start is reported once") {
    struct Row {
        std::string text;
        const char* want;
    };
    const auto row =
        GENERATE(Row{"a=1\nb=2\n", "f:1: 'a=1' comes before any [section]"},
                 Row{"\xef\xbb\xbf[s]\n", "f:1: the file starts with a byte order mark"},
                 Row{"[s]\na=\xff\n", "f:2: a byte is not UTF-8"},
                 Row{"[]\n", "f:1: '[]' comes before any [section]"});
    IniDocument document;
    Problems problems;
    document.read("f", row.text, problems);
    REQUIRE(problems.errors.size() == 1);
    CHECK(problems.errors[0].starts_with(row.want));
}

}  // namespace
}  // namespace sup::config
