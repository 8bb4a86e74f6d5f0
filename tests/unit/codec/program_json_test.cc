#include "agent/codec/program_json.h"

#include <catch2/catch.hpp>

namespace sup::codec {
namespace {

TEST_CASE("disabilities are read as Supvisors writes them, and written the same") {
    const auto read = decode_disabilities(R"({"web": true, "db \"x\"": false})");
    REQUIRE(read);
    CHECK(*read == std::map<std::string, bool>{{"web", true}, {"db \"x\"", false}});
    const auto again = decode_disabilities(encode_disabilities(*read));
    REQUIRE(again);
    CHECK(*again == *read);
}

TEST_CASE("what is no file of disabilities is refused, with what was expected") {
    struct Row {
        std::string text;
        std::string want;
    };
    const auto row = GENERATE(Row{"", "it is not JSON"}, Row{"{\"a\": tr", "it is not JSON"},
                              Row{"[]", "it holds a JSON array, an object was expected"},
                              Row{"{\"a\": 1}", "a: true or false was expected"});
    const auto read = decode_disabilities(row.text);
    REQUIRE_FALSE(read);
    CHECK(read.error().message == row.want);
}

TEST_CASE("numbers are remembered with the run of supervisord that they are about") {
    ProgramMemory memory;
    memory.limits = {{"web", 2}};
    memory.numprocs = {{"web", 5}, {"db", 1}};
    memory.session.pid = 12;
    memory.session.start_ticks = 1'234'567'890'123;
    const auto read = decode_numbers(encode_numbers(memory));
    REQUIRE(read);
    CHECK(*read == memory);
}

TEST_CASE("what is no file of numbers is refused") {
    const auto text = GENERATE(
        as<std::string>{}, "{}", R"({"limits": {"a": 0}, "numprocs": {}, "supervisord": {}})",
        R"({"limits": {"a": 1.5}, "numprocs": {}, "supervisord": {"pid": 1, "start_ticks": 1}})",
        R"({"limits": {}, "numprocs": {}, "supervisord": {"pid": "1", "start_ticks": 1}})",
        R"({"limits": {}, "numprocs": {}, "supervisord": {"pid": 99999999999, "start_ticks": 1}})",
        R"({"limits": {}, "numprocs": {"a": -1}, "supervisord": {"pid": 1, "start_ticks": 1}})");
    CAPTURE(text);
    CHECK_FALSE(decode_numbers(text));
}

TEST_CASE("the overlay overrides only what users asked for") {
    const std::vector<OverlaySection> sections = {
        {"eventlistener:ears", false, 3}, {"program:web", true, 0}, {"program:db", true, 2}};
    const auto text = overlay_text(sections);
    CHECK(text.find("\n[eventlistener:ears]\nnumprocs=3\n") != std::string::npos);
    CHECK(text.find("\n[program:web]\nautostart=false\n\n[") != std::string::npos);
    CHECK(text.find("\n[program:db]\nautostart=false\nnumprocs=2\n") != std::string::npos);
    CHECK(overlay_text({}).find('[') == std::string::npos);
}

}  // namespace
}  // namespace sup::codec
