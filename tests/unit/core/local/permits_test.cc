#include "agent/core/local/permits.h"

#include <catch2/catch.hpp>

namespace sup::core {
namespace {

ProcessRecord record_of(const char* program, std::int32_t index) {
    ProcessRecord record;
    record.program = program;
    record.index = index;
    return record;
}

TEST_CASE("a process is surplus from the limit of its program on (B-201)") {
    Permits permits;
    permits.limits = {{"web", 2}};
    CHECK_FALSE(permits.is_surplus(record_of("web", 1)));
    CHECK(permits.is_surplus(record_of("web", 2)));
    CHECK_FALSE(permits.is_surplus(record_of("db", 7)));
}

TEST_CASE("a limit ends with the run of supervisord, unless its number is our doing (B-201)") {
    Permits permits;
    permits.limits = {{"web", 2}, {"db", 1}};
    permits.lasting = {"db"};
    permits.begin_run();
    CHECK_FALSE(permits.is_surplus(record_of("web", 5)));
    CHECK(permits.is_surplus(record_of("db", 1)));
}

}  // namespace
}  // namespace sup::core
