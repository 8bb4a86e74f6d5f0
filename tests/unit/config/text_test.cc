#include <catch2/catch.hpp>

#include "common/base/text.h"
#include "common/config/glob.h"
#include "common/config/key_values.h"
#include "common/config/paths.h"
#include "common/config/python_text.h"
#include "tests/unit/config/memory_files.h"

namespace sup::config {
namespace {

TEST_CASE("whole numbers are those of Python") {
    struct Row {
        const char* text;
        std::optional<std::int64_t> want;
    };
    const auto row =
        GENERATE(Row{"12", 12}, Row{" +1_0\n", 10}, Row{"-007", -7}, Row{"1__0", {}}, Row{"_1", {}},
                 Row{"1_", {}}, Row{"", {}}, Row{"+", {}}, Row{"--1", {}}, Row{"1.0", {}},
                 Row{"0x1", {}}, Row{"99999999999999999999", {}});
    CAPTURE(row.text);
    CHECK(python_integer(row.text) == row.want);
}

TEST_CASE("octal numbers and sizes") {
    CHECK(python_integer("022", Base::Octal) == 18);
    CHECK(python_integer("0o_22", Base::Octal) == 18);
    CHECK_FALSE(python_integer("9", Base::Octal));
    CHECK(parse_byte_size("50MB") == 50 * 1024 * 1024);
    CHECK(parse_byte_size("2 kB") == 2048);
    CHECK(parse_byte_size("12") == 12);
    CHECK_FALSE(parse_byte_size("kb"));
    CHECK_FALSE(parse_byte_size("1TB"));
    CHECK_FALSE(parse_byte_size("9999999999999GB"));
}

TEST_CASE("blanks are those of Unicode, lines those of text files") {
    CHECK(python_strip("\xc2\xa0\x1c x \xe3\x80\x80\n") == "x");
    CHECK(python_words(" a\tb\n\xe2\x80\x83 c") == std::vector<std::string>{"a", "b", "c"});
    CHECK(python_lines("a\r\nb\rc\n\nd").size() == 5);
    CHECK(find_bad_utf8("h\xc3\xa9") == std::nullopt);
    CHECK(find_bad_utf8("ab\xc3") == 2);
    CHECK(find_bad_utf8("\xc0\x80") == 0);
    CHECK(find_bad_utf8("\xed\xa0\x80") == 0);
}

TEST_CASE("the pairs of an environment are cut as supervisord cuts them") {
    struct Row {
        const char* text;
        const char* want;  // null: refused
    };
    const auto row = GENERATE(
        Row{"", ""}, Row{"A=1,B=2", "A=1 B=2"}, Row{"A=\"x,y\" ,\n B='q'", "A=x,y B=q"},
        Row{"A=/usr/bin:/bin,B=a-b.c+(d)", "A=/usr/bin:/bin B=a-b.c+(d)"}, Row{"A=\"b\"c\"", "A=b"},
        Row{"A=b#c\nd,B=1", "A=bd B=1"}, Row{"A=1 B=2", nullptr}, Row{"A=1;B=2", "A=1 B=2"},
        Row{"A", nullptr}, Row{"A=", nullptr}, Row{"A=,B=2", nullptr}, Row{"A=\"b", nullptr},
        Row{"A=é", "A=é"}, Row{"A==", "A=="}, Row{"A=1,", "A=1"});
    CAPTURE(row.text);
    const auto pairs = parse_key_values(row.text);
    CHECK(pairs.has_value() == (row.want != nullptr));
    if (pairs && row.want != nullptr) {
        std::vector<std::string> shown;
        for (const auto& [key, value] : *pairs) {
            shown.push_back(concat(key, "=", value));
        }
        CHECK(join(shown, " ") == row.want);
    }
}

TEST_CASE("a command runs a program directly or through a wrapper, not when it only mentions it") {
    CHECK(does_command_run("/usr/bin/supvisors-agent -c x", "supvisors-agent"));
    CHECK(does_command_run("env A=b nice -n 5 supvisors-agent", "supvisors-agent"));
    CHECK(does_command_run("bash -c 'exec \"/opt/x y/supvisors-agent\"'", "supvisors-agent"));
    CHECK_FALSE(does_command_run("tail -f /var/log/supvisors-agent", "supvisors-agent"));
    CHECK_FALSE(does_command_run("supvisors-agent-2", "supvisors-agent"));
    CHECK_FALSE(does_command_run("", "supvisors-agent"));
}

TEST_CASE("paths are made absolute as Python makes them") {
    const PathOrigin origin{"/work/dir", "/home/me"};
    CHECK(absolute_path("a/./b//../c", origin) == "/work/dir/a/c");
    CHECK(absolute_path("~/x", origin) == "/home/me/x");
    CHECK(absolute_path("~", origin) == "/home/me");
    CHECK(absolute_path("~you", origin) == "/work/dir/~you");
    CHECK(absolute_path("/../a/", origin) == "/a");
    CHECK(normalize_path("//a") == "//a");
    CHECK(normalize_path("///a") == "/a");
    CHECK(normalize_path("../a/../..") == "../..");
    CHECK(path_directory("/a/b") == "/a");
    CHECK(path_directory("/a") == "/");
    CHECK(path_directory("a") == "");
}

TEST_CASE("patterns") {
    CHECK(does_name_match("a.conf", "*.conf"));
    CHECK(does_name_match("aXbXc", "a*b*c"));
    CHECK_FALSE(does_name_match("a.conf", "*.con"));
    CHECK(does_name_match("é", "?"));
    CHECK(does_name_match("b", "[a-c]"));
    CHECK_FALSE(does_name_match("b", "[!a-c]"));
    CHECK(does_name_match("]", "[]x]"));
    CHECK(does_name_match("[a", "[a"));
    CHECK(does_name_match("-", "[a-]"));
    CHECK_FALSE(does_name_match("b", "[c-a]"));
    CHECK(does_name_match("", "**"));
}

TEST_CASE("files are found sorted, hidden ones only when asked for") {
    const MemoryFiles files({{"/d/b.c", ""}, {"/d/a.c", ""}, {"/d/.h.c", ""}, {"/e/b.c/x", ""}});
    using List = std::vector<std::string>;
    CHECK(find_files("/d/*.c", files) == List{"/d/a.c", "/d/b.c"});
    CHECK(find_files("/d/.*", files) == List{"/d/.h.c"});
    CHECK(find_files("/*/b.c", files) == List{"/d/b.c", "/e/b.c"});
    CHECK(find_files("/e/*/x", files) == List{"/e/b.c/x"});
    CHECK(find_files("/d/a.c", files) == List{"/d/a.c"});
    CHECK(find_files("/d/z.c", files).empty());
    CHECK(find_files("/d/*/", files).empty());
    CHECK(find_files("/e/*/", files) == List{"/e/b.c/"});
}

}  // namespace
}  // namespace sup::config
