#include "agent/core/local/orphans.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;

namespace {

ProcessRecord orphan(std::int32_t pid) {
    ProcessRecord record;
    record.process = {"shop", "web"};
    record.pid = pid;
    record.stopwaitsecs = 5_s;
    return record;
}

}  // namespace

TEST_CASE("an orphan gets TERM at once, KILL after its stopwaitsecs, and is told when it is down") {
    Orphans orphans;
    Outbox out;
    orphans.adopt({0}, orphan(7), Orphans::Fate::End, out);
    auto commands = out.take();
    REQUIRE(std::holds_alternative<SignalPid>(commands.front()));
    CHECK(std::get<SignalPid>(commands.front()).signal == Signal::Term);
    CHECK(orphans.next_deadline() == Instant{5000});
    CHECK(orphans.drain() == 7_s);
    orphans.wake({4999}, out);
    CHECK(out.take().empty());
    orphans.wake({5000}, out);
    commands = out.take();
    REQUIRE(commands.size() == 1);
    CHECK(std::get<SignalPid>(commands.front()).signal == Signal::Kill);
    CHECK(orphans.next_deadline() == kNever);
    CHECK(orphans.take_ended().empty());
    orphans.on_pid_ended(7);
    CHECK(orphans.take_ended().size() == 1);
    CHECK(orphans.is_empty());
}

TEST_CASE("one that is kept is watched only") {
    Orphans orphans;
    Outbox out;
    orphans.adopt({0}, orphan(7), Orphans::Fate::Keep, out);
    const auto commands = out.take();
    REQUIRE(commands.size() == 1);
    CHECK(std::holds_alternative<WatchPid>(commands.front()));
    CHECK(orphans.next_deadline() == kNever);
    CHECK(orphans.drain() > 3600_s);
}

TEST_CASE("one whose pid was never told counts as gone") {
    Orphans orphans;
    Outbox out;
    orphans.adopt({0}, orphan(0), Orphans::Fate::End, out);
    CHECK(out.take().empty());
    CHECK(orphans.take_ended().size() == 1);
}
