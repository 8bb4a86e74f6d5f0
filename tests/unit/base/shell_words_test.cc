#include "common/base/shell_words.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace sup;

using Words = std::vector<std::string>;

TEST_CASE("arguments are cut as a shell cuts them") {
    struct Row {
        std::string text;
        Words want;
    };
    const auto row = GENERATE(values<Row>({
        {"", {}},
        {"  \t\r\n ", {}},
        {"-x 5", {"-x", "5"}},
        {"  -x\t\t5\n", {"-x", "5"}},
        {"'a  b' c", {"a  b", "c"}},
        {R"("a  b"c)", {"a  bc"}},
        {R"(--name='it'"'"'s')", {"--name=it's"}},
        {R"('' "" x)", {"", "", "x"}},
        {R"(a\ b \'c)", {"a b", "'c"}},
        {R"("a\"b\\c\$d\`e\f")", {"a\"b\\c$d`e\\f"}},
        {R"('a\b')", {"a\\b"}},
        {"a\\\nb \"c\\\nd\" 'e\nf'", {"ab", "cd", "e\nf"}},
        {"$HOME *.c ~ #x a;b|c&d (e) `f`", {"$HOME", "*.c", "~", "#x", "a;b|c&d", "(e)", "`f`"}},
        {"caf\xc3\xa9 \xff", {"caf\xc3\xa9", "\xff"}},
    }));
    CAPTURE(row.text);
    const auto words = split_words(row.text);
    REQUIRE(words);
    CHECK(*words == row.want);
}

TEST_CASE("what a shell would wait for more of is refused, with its position") {
    struct Row {
        std::string text;
        std::string want;
    };
    const auto row = GENERATE(values<Row>({
        {"-x 'a b", "the quote ' at position 4 is not closed"},
        {"\"", "the quote \" at position 1 is not closed"},
        {R"("a\")", "the quote \" at position 1 is not closed"},
        {"a\\", "the backslash at the end, at position 2, keeps no character"},
        {std::string("a\0b", 3), "a NUL at position 2, which no argument can hold"},
    }));
    CAPTURE(row.text);
    const auto words = split_words(row.text);
    REQUIRE_FALSE(words);
    CHECK(words.error().message == row.want);
}

TEST_CASE("arguments have a largest size") {
    CHECK(split_words(std::string(kMaxArgumentsLength, 'x')));
    const auto words = split_words(std::string(kMaxArgumentsLength + 1, 'x'));
    REQUIRE_FALSE(words);
    CHECK(words.error().message == "65537 bytes of arguments, at most 65536 expected");
}
