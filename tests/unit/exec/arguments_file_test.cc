#include "agent/exec/arguments_file.h"

#include <catch2/catch.hpp>
#include <string>

using namespace sup;
using namespace sup::exec;

TEST_CASE("every process has a file of its own, and its name says whose it is") {
    struct Row {
        ProcessName process;
        std::string want;
    };
    const auto row = GENERATE(values<Row>({
        {{"shop", "web_01"}, "shop:web_01"},
        {{"../etc", "a/b"}, "%2e.%2fetc:a%2fb"},
        {{".hidden", ".x"}, "%2ehidden:%2ex"},
        {{"caf\xc3\xa9", "50%"}, "caf%c3%a9:50%25"},
        {{"", ""}, ":"},
    }));
    CAPTURE(row.process.group, row.process.name);
    const auto file = arguments_file_name(row.process);
    CHECK(file.find('/') == std::string::npos);
    CHECK(file.front() != '.');
    CHECK(process_of_file_name(file) == row.process);
    CHECK(file == row.want);
}

TEST_CASE("other files are nobody's") {
    const auto file = GENERATE(as<std::string>(), "", "shop", "shop:w%2", "shop:w%zz", ".tmp:x",
                               "shop:w%41", "a:b:c");
    CAPTURE(file);
    CHECK_FALSE(process_of_file_name(file));
}

TEST_CASE("arguments come back as they were left") {
    const auto text = GENERATE(as<std::string>(), "", "-x 5", "'a  b'\n\"c\"\n", "\xff\xfe");
    CAPTURE(text);
    const auto decoded = decode_arguments(encode_arguments(text));
    REQUIRE(decoded);
    CHECK(*decoded == text);
}

TEST_CASE("a file that was cut or changed is told from a good one") {
    const auto good = encode_arguments("-x 'a b'");
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(decode_arguments(good.substr(0, size)));
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        CAPTURE(at);
        CHECK_FALSE(decode_arguments(bad));
    }
    CHECK_FALSE(decode_arguments(good + "\n"));
    CHECK(decode_arguments("rm -rf /").error().message ==
          "it does not begin with 'supvisors-exec 1'");
}
