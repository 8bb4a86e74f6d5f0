#include "common/model/description.h"

#include <catch2/catch.hpp>

namespace {

using namespace sup;

ProcessRecord record(ProcessState state) {
    ProcessRecord one;
    one.process = {"shop", "web"};
    one.state = state;
    one.pid = 12;
    one.start_wall = {1};
    return one;
}

std::string ended_at(std::int64_t seconds, Duration zone = 0_s) {
    auto one = record(ProcessState::Exited);
    one.stop_wall = {seconds * 1000};
    return description_of(one, {}, zone);
}

}  // namespace

TEST_CASE("a running process is described by its pid and uptime, as Python prints it (B-93)") {
    auto one = record(ProcessState::Running);
    one.start_instant = {5'000};
    const auto after = [&](Duration uptime) {
        return description_of(one, one.start_instant + uptime, 0_s);
    };
    CHECK(after(0_s) == "pid 12, uptime 0:00:00");
    CHECK(after(3'661_s) == "pid 12, uptime 1:01:01");
    CHECK(after(86'399_s) == "pid 12, uptime 23:59:59");
    CHECK(after(90'060_s) == "pid 12, uptime 1 day, 1:01:00");
    CHECK(after(300'000_s) == "pid 12, uptime 3 days, 11:20:00");
    CHECK(description_of(one, {}, 0_s) == "pid 12, uptime 0:00:00");
}

TEST_CASE("a process that is down is described by the date of its end, in local time (B-93)") {
    CHECK(ended_at(0) == "Jan 01 12:00 AM");
    CHECK(ended_at(951'782'399) == "Feb 28 11:59 PM");
    CHECK(ended_at(951'825'600) == "Feb 29 12:00 PM");
    CHECK(ended_at(951'868'800) == "Mar 01 12:00 AM");
    CHECK(ended_at(1'735'689'599) == "Dec 31 11:59 PM");
    CHECK(ended_at(1'735'689'599, 1_s * 3600) == "Jan 01 12:59 AM");
    CHECK(ended_at(4'107'542'400) == "Mar 01 12:00 AM");  // 2100 has no leap day
    CHECK(ended_at(1'795'678'740, 1_s * -18'000) == "Nov 26 02:39 AM");
}

TEST_CASE("a process that never ran, or could not be started, is described so (B-93)") {
    auto one = record(ProcessState::Stopped);
    one.start_wall = {};
    one.stop_wall = {5};
    CHECK(description_of(one, {}, 0_s) == "Not started");
    one.state = ProcessState::Fatal;
    CHECK(description_of(one, {}, 0_s) == "unknown error (try \"tail web\")");
    one.spawn_error = "Exited too quickly (process log may have details)";
    CHECK(description_of(one, {}, 0_s) == one.spawn_error);
    one.state = ProcessState::Backoff;
    CHECK(description_of(one, {}, 0_s) == one.spawn_error);
    one.state = ProcessState::Stopping;
    CHECK(description_of(one, {}, 0_s).empty());
}
