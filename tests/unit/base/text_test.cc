#include "common/base/text.h"

#include <catch2/catch.hpp>
#include <limits>

namespace sup {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("concat puts pieces of every kind one after the other") {
    const std::string name = "db";
    CHECK(concat().empty());
    CHECK(concat("rank ", 3, " of ", name, std::string_view("!"), ' ', true, '/', false) ==
          "rank 3 of db! true/false");
    CHECK(concat(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(concat(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(concat(std::uint8_t{65}) == "65");
    CHECK(concat(std::string_view("a\0b", 3)).size() == 3);
}

TEST_CASE("trim takes the blanks at both ends, and only there") {
    struct Row {
        std::string_view text;
        std::string_view want;
    };
    const auto row = GENERATE(Row{"", ""}, Row{" \t\r\n\v\f", ""}, Row{"a", "a"},
                              Row{"  a b\t", "a b"}, Row{"\r\na\r\n", "a"},
                              Row{"\xc2\xa0"
                                  "a",
                                  "\xc2\xa0"
                                  "a"});
    CAPTURE(row.text);
    CHECK(trim(row.text) == row.want);
}

TEST_CASE("split keeps every piece as it is") {
    CHECK(split("", ',') == Texts{""});
    CHECK(split(",", ',') == Texts{"", ""});
    CHECK(split("a, b,,c", ',') == Texts{"a", " b", "", "c"});
    CHECK(split("a:b", ',') == Texts{"a:b"});
}

TEST_CASE("split_list strips the items and drops the empty ones (O-9)") {
    CHECK(split_list("").empty());
    CHECK(split_list(" , ,,").empty());
    CHECK(split_list(" a, ,b,\n c d ") == Texts{"a", "b", "c d"});
    CHECK(split_list("a, b c", ' ') == Texts{"a,", "b", "c"});
}

TEST_CASE("join and python_list") {
    CHECK(join(Texts{}, ", ").empty());
    CHECK(join(Texts{"a"}, ", ") == "a");
    CHECK(join(Texts{"a", "", "b"}, "-") == "a--b");
    CHECK(python_list(Texts{}) == "[]");
    CHECK(python_list(Texts{"OPERATION"}) == "['OPERATION']");
    CHECK(python_list(Texts{"a", "b"}) == "['a', 'b']");
}

TEST_CASE("letter case changes for ASCII only") {
    CHECK(to_lower("LESS_Loaded é É 9") == "less_loaded é É 9");
    CHECK(to_upper("less_Loaded é É 9") == "LESS_LOADED é É 9");
}

TEST_CASE("parse_integer takes a whole decimal number and nothing around it") {
    struct Row {
        std::string_view text;
        std::optional<std::int64_t> want;
    };
    const auto row = GENERATE(
        Row{"0", 0}, Row{"-0", 0}, Row{"007", 7}, Row{"-12", -12},
        Row{"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        Row{"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
        Row{"9223372036854775808", std::nullopt}, Row{"", std::nullopt}, Row{"-", std::nullopt},
        Row{"+1", std::nullopt}, Row{" 1", std::nullopt}, Row{"1 ", std::nullopt},
        Row{"1.0", std::nullopt}, Row{"0x10", std::nullopt}, Row{"1e3", std::nullopt},
        Row{"--1", std::nullopt}, Row{std::string_view("1\0", 2), std::nullopt});
    CAPTURE(row.text);
    CHECK(parse_integer(row.text) == row.want);
}

TEST_CASE("nearest finds a slip of the keyboard and nothing further away") {
    const Texts options{"auto_fence", "event_link", "event_port", "stats_periods"};
    struct Row {
        std::string_view word;
        std::optional<std::string> want;
    };
    const auto row = GENERATE(Row{"auto_fense", "auto_fence"}, Row{"AUTO_FENCE", "auto_fence"},
                              Row{"autofence", "auto_fence"}, Row{"event_lnik", "event_link"},
                              Row{"stat_period", "stats_periods"}, Row{"rules", std::nullopt},
                              Row{"", std::nullopt}, Row{"identifier", std::nullopt});
    CAPTURE(row.word);
    CHECK(nearest(row.word, options) == row.want);
}

TEST_CASE("nearest prefers the fewest edits, then the first candidate") {
    CHECK(nearest("even", Texts{"seven", "event", "even_"}) == "seven");
    CHECK(nearest("event", Texts{"seven", "event"}) == "event");
    CHECK(nearest("x", Texts{}) == std::nullopt);
}

}  // namespace
}  // namespace sup
