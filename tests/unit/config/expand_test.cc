#include "common/config/expand.h"

#include <catch2/catch.hpp>

namespace sup::config {
namespace {

const Expansions kNames = {{"here", std::string("/etc")}, {"n", std::int64_t{7}},
                           {"m", std::int64_t{-255}},     {"word", std::string("héllo")},
                           {"a(b)", std::string("deep")}, {"ENV_X", std::string("100%")}};

TEST_CASE("expansions follow Python's % operator") {
    struct Row {
        const char* text;
        const char* want;
    };
    const auto row = GENERATE(
        Row{"plain", "plain"}, Row{"%(here)s/%(n)d", "/etc/7"}, Row{"%(n)02d", "07"},
        Row{"%(n)-4d|", "7   |"}, Row{"%(n)+d% ", nullptr}, Row{"%(n)+d", "+7"},
        Row{"%(n) d", " 7"}, Row{"%(n)05.3d", "00007"}, Row{"%(n)5.3d", "  007"},
        Row{"%(m)05d", "-0255"}, Row{"%(m)#x", "-0xff"}, Row{"%(m)#08X", "-0X000FF"},
        Row{"%(n)#o", "0o7"}, Row{"%(n)s", "7"}, Row{"%(n)hd", "7"}, Row{"%(n).2f", "7.00"},
        Row{"%(n)08.1e", "07.0e+00"}, Row{"%(n)c", "\a"}, Row{"%(word).2s|", "hé|"},
        Row{"%(word)7s|", "  héllo|"}, Row{"%(word)-7s|", "héllo  |"},
        Row{"%(word)07s|", "  héllo|"}, Row{"%(word)r", "'héllo'"}, Row{"%(a(b))s", "deep"},
        Row{"%(ENV_X)s", "100%"}, Row{"%%(n)d", "%(n)d"}, Row{"100%%", "100%"},
        Row{"%s %(n)d", "{} 7"}, Row{"%", nullptr}, Row{"% ", nullptr}, Row{"%(n)", nullptr},
        Row{"%(n)%", nullptr}, Row{"%5%", nullptr}, Row{"%(n", nullptr}, Row{"%(word)d", nullptr},
        Row{"%(none)s", nullptr}, Row{"%s %s", nullptr}, Row{"%(n)d %d", nullptr},
        Row{"%d", nullptr}, Row{"%(n)y", nullptr}, Row{"%(n)*d", nullptr}, Row{"%(n)lld", nullptr},
        Row{"%(m)c", nullptr}, Row{"%(n)99999999999d", nullptr});
    CAPTURE(row.text);
    const auto got = expand(row.text, kNames);
    CHECK(got.has_value() == (row.want != nullptr));
    if (got && row.want != nullptr) {
        CHECK(*got == row.want);
    }
}

TEST_CASE("a name that cannot be expanded is named, with what could be") {
    CHECK(expand("%(her)s", kNames)
              .error()
              .message.starts_with(
                  "%(her)s cannot be expanded; expected one of a(b), here, m, n, word or ENV_x"));
    CHECK(expand("%(ENV_Y)s", kNames)
              .error()
              .message.starts_with("%(ENV_Y)s: the environment has no variable Y"));
}

}  // namespace
}  // namespace sup::config
