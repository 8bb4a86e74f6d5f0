#include "rules/pattern.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "common/base/rng.h"
#include "rules/pattern_syntax.h"

using namespace sup;
using namespace sup::rules;

namespace {

constexpr std::size_t kNone = 999;

// Length of the leftmost match, or kNone.
std::size_t length_of(std::string_view pattern, std::string_view name) {
    const auto compiled = Pattern::compile(pattern);
    REQUIRE(compiled);
    const auto outcome = (*compiled)->search(name);
    REQUIRE(outcome.verdict != Pattern::Verdict::GaveUp);
    return outcome.verdict == Pattern::Verdict::Match ? outcome.length : kNone;
}

bool matches_whole(std::string_view pattern, std::string_view name) {
    const auto compiled = Pattern::compile(pattern);
    REQUIRE(compiled);
    return (*compiled)->match_whole(name).verdict == Pattern::Verdict::Match;
}

}  // namespace

// the lengths are those of Python's re.search.
TEST_CASE("a pattern is searched anywhere, as Python does") {
    struct Row {
        std::string pattern;
        std::string name;
        std::size_t length;
    };
    const auto row = GENERATE(values<Row>({
        {"prg_", "dummy_prg_2", 4},
        {"", "anything", 0},
        {"", "", 0},
        {"x", "abc", kNone},
        {"^a", "ba", kNone},
        {"a$", "ab", kNone},
        {"^cell_\\d+$", "cell_10", 7},
        {"\\Acell_\\d+\\Z", "cell_10", 7},
        {"feed_(north|south)", "feed_south", 10},
        {"a|ab", "ab", 1},  // the first alternative, not the longest
        {"ab|a", "ab", 2},
        {"a+?", "aaa", 1},
        {"a", "xaxaa", 1},
        {"a+", "xaxaa", 1},  // the leftmost match, not the longest one
        {"a{2}", "aaa", 2},
        {"a{,2}", "aaa", 2},
        {"a{2,}", "aaaa", 4},
        {"a{2,3}?", "aaaa", 2},
        {"a{x}", "a{x}", 4},  // a brace that is no count is a character
        {"a{", "a{", 2},
        {"}]", "}]", 2},
        {"[]a]+", "x]a]", 3},
        {"[^]a]+", "]xy]", 2},
        {"[[]", "[", 1},
        {"[a-c-]+", "xb-c", 3},
        {"[-a]+", "a-a", 3},
        {"[\\d_]+", "x1_2", 3},
        {"[\\w-]+", "a-1", 3},
        {"[\\]\\\\^]+", "x]\\^", 3},
        {"[^\\W\\d]+", "12ab", 2},
        {"(?P<site>a|b)_(?P=site)", "a_b b_b", 3},
        {"(a)(b)\\2", "abb", 3},
        {"(?:ab)+", "ababa", 4},
        {"(?i)WEB", "the_web", 3},
        {"(?ims)web", "WEB", 3},
        {"web(?#a comment)_1", "web_1", 5},
        {"^(?!test_).*", "test_1", kNone},
        {"^(?!test_).*", "web_1", 5},
        {"web(?=_1)", "web_1", 3},
        {"\\bweb\\b", "a-web-b", 3},
        {"\\Beb", "web", 2},
        {"\\x41\\u0042\\103", "ABC", 3},
        {"\\.\\-\\/", ".-/", 3},
        {"^.$", "\xc3\xa9", 1},  // a character, not a byte
        {"\xc3\xa9+", "\xc3\xa9\xc3\xa9", 2},
        {"^.$", "\xff", 1},
        {"(|a)b", "ab", 2},
        {"()", "x", 0},
        {"(a|)+b", "aab", 3},
    }));
    CAPTURE(row.pattern, row.name);
    CHECK(length_of(row.pattern, row.name) == row.length);
}

// the whole group is anchored.
TEST_CASE("a whole match holds for each alternative") {
    CHECK(matches_whole("a|ab", "ab"));
    CHECK(matches_whole("view|alarm", "alarm"));
    CHECK(!matches_whole("a|b", "ax"));
    CHECK(!matches_whole("a|b", "xb"));
    CHECK(matches_whole("", ""));
    CHECK(!matches_whole("", "a"));
    CHECK(matches_whole("a+?", "aaa"));
}

//
TEST_CASE("a pattern that cannot be used is refused with the place and the reason") {
    struct Row {
        std::string pattern;
        std::string why;
    };
    const auto row = GENERATE(values<Row>({
        {"(a", "at character 1: this parenthesis is never closed"},
        {"a)", "at character 2: this parenthesis was never opened"},
        {"[a", "at character 1: this class is never closed"},
        {"[]", "at character 1: this class is never closed"},
        {"*a", "at character 1: there is nothing to repeat before this"},
        {"a**", "at character 3: there is nothing to repeat before this"},
        {"(|*)", "at character 3: there is nothing to repeat before this"},
        {"a++", "at character 2: possessive repeats are not supported"},
        {"a{3,2}", "at character 2: the smaller repeat count comes first"},
        {"a{99999999999999999999}", "at character 2: a repeat count is at most 1000"},
        {"[z-a]", "at character 1: this class holds a bad range of characters"},
        {"[\\d-a]", "at character 1: this class holds a bad range of characters"},
        {"a\\", "at character 2: a backslash ends the pattern"},
        {"[a\\", "at character 1: a backslash ends the pattern"},
        {"\\q", "at character 1: this escape is not known"},
        {"[\\q]", "at character 1: this class holds an escape that is not known"},
        {"\\x4", "at character 1: this escape needs 2 hexadecimal digits"},
        {"\\0", "at character 1: this octal escape is not a character of a name"},
        {"a(?<=a)b", "at character 2: lookbehind is not supported"},
        {"a(?<!b)", "at character 2: lookbehind is not supported"},
        {"(?>a)", "at character 1: atomic groups are not supported"},
        {"(a)(?(1)b|c)", "at character 4: conditional groups are not supported"},
        {"(?x)a b", "at character 3: this flag is not supported: i, a, m, s or u was expected"},
        {"(?i:a)",
         "at character 1: the flag i is supported for the whole pattern only: (?i) first"},
        {"a(?i)", "at character 2: flags are allowed at the start of the pattern only"},
        {"(?Pn)", "at character 1: (?P<name>...) or (?P=name) was expected"},
        {"(?P<n", "at character 1: the name of the group is never ended"},
        {"(?P<1>a)",
         "at character 1: the name of a group is made of letters, digits and underscores"},
        {"(?P<n>a)(?P<n>b)", "at character 9: another group has this name"},
        {"(?P=n)", "at character 1: no group before has this name"},
        {"(a\\1)", "at character 3: this refers to a group that does not exist or is not closed"},
        {"\\1", "at character 1: this refers to a group that does not exist or is not closed"},
        {"(?#a", "at character 1: this comment is never closed"},
        {"(?", "at character 1: this extension of groups is not known"},
        {"(?'n')", "at character 1: this extension of groups is not known"},
    }));
    CAPTURE(row.pattern);
    const auto compiled = Pattern::compile(row.pattern);
    REQUIRE(!compiled);
    CHECK(compiled.error().message == row.why);
}

TEST_CASE("patterns that would cost too much are refused when they are compiled") {
    std::string nested(60, '(');
    nested += "a" + std::string(60, ')');
    CHECK(!Pattern::compile(nested));
    CHECK(!Pattern::compile(std::string(Pattern::kMaxTextLength + 1, 'a')));
    CHECK(Pattern::compile(std::string(Pattern::kMaxTextLength, 'a')));
    CHECK(!Pattern::compile("(a{1000}){1000}"));
    CHECK(!Pattern::compile("(?:a{0,40}){0,400}"));
    std::string loop = "a";
    for (int i = 0; i < 30; ++i) {
        loop = "(" + loop + "?)";
    }
    CHECK(!Pattern::compile(loop + "*"));
    CHECK(Pattern::compile("^(web|db|cache)(_[a-z0-9]+)*_(\\d+|[a-f]+)(-.*)?$"));
}

TEST_CASE("a search without end gives up") {
    const auto pattern = Pattern::compile("(a+)+$");
    REQUIRE(pattern);
    const auto outcome = (*pattern)->search(std::string(40, 'a') + "b");
    CHECK(outcome.verdict == Pattern::Verdict::GaveUp);
    const auto catch_all = Pattern::compile(".*");
    REQUIRE(catch_all);
    const std::string longest(Pattern::kMaxNameLength, 'a');
    CHECK((*catch_all)->search(longest) ==
          Pattern::Outcome{Pattern::Verdict::Match, Pattern::kMaxNameLength});
    CHECK((*catch_all)->search(longest + "a").verdict == Pattern::Verdict::GaveUp);
}

// Built from the pieces of the dialect, so that many compile: none may exhaust the stack or throw.
TEST_CASE("patterns made at random end on the longest name") {
    constexpr std::array<std::string_view, 24> kPieces = {
        "a",   "b",    "(", ")",   "(?:", "(?=",  "(?!", "|",     "*",        "+",      "?",   "*?",
        "{2}", "[ab]", ".", "\\w", "\\b", "{,3}", "^",   "(a|b)", "((a?)?)*", "(?P<n>", "\\1", "$"};
    Rng rng(7);
    const std::string name(Pattern::kMaxNameLength, 'a');
    int compiled_count = 0;
    for (int i = 0; i < 4000; ++i) {
        std::string text;
        const auto pieces = 1 + rng.below(30);
        for (std::uint64_t piece = 0; piece < pieces; ++piece) {
            text += kPieces[rng.below(kPieces.size())];
        }
        const auto opened = static_cast<long>(std::count(text.begin(), text.end(), '(')) -
                            static_cast<long>(std::count(text.begin(), text.end(), ')'));
        text += std::string(static_cast<std::size_t>(std::max(0L, opened)), ')');
        text += i % 2 == 0 ? "*" : "";
        if (const auto pattern = Pattern::compile(text)) {
            ++compiled_count;
            (*pattern)->search(name);
            (*pattern)->match_whole(name + "b");
        }
    }
    CHECK(compiled_count > 100);
}

TEST_CASE("the costliest loops that are accepted fit in the stack") {
    for (const std::string shape :
         {"(X?)", "(?:X|b)", "(X)", "(X+)", "(X{0,2})", "(?=X)a", "(?:X?b?)"}) {
        std::string body = "a";
        int accepted = 0;
        for (int depth = 0; depth < 40; ++depth) {
            // The reference keeps all groups as captures, which cost most.
            const auto pattern = Pattern::compile("()" + body + "*\\1");
            for (std::size_t length = 90; pattern && length <= Pattern::kMaxNameLength; ++length) {
                (*pattern)->match_whole(std::string(length, 'a'));
            }
            accepted = pattern ? depth : accepted;
            std::string next = shape;
            body = next.replace(next.find('X'), 1, body);
        }
        CAPTURE(shape, accepted);
        CHECK(accepted >= 1);
    }
}

TEST_CASE("characters are those of UTF-8, other bytes stay apart") {
    CHECK(decode_characters("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") == L"a\u00e9\u20ac\U0001f600");
    CHECK(decode_characters("\xc3") == std::wstring{static_cast<wchar_t>(0xdcc3)});
    CHECK(decode_characters("\xc0\x80").size() == 2);
    CHECK(decode_characters("\xed\xa0\x80").size() == 3);
    CHECK(decode_characters("\xf4\x90\x80\x80").size() == 4);
}
