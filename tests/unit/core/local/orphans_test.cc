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

TEST_CASE("one whose pid was never told is searched for, twice, before it counts as gone") {
    Orphans orphans;
    Outbox out;
    orphans.begin({1000});
    orphans.adopt({1000}, orphan(0), Orphans::Fate::End, out);
    CHECK(out.take().empty());
    CHECK(orphans.drain() == 7_s);
    CHECK(orphans.next_deadline() == Instant{1100});
    orphans.wake({1100}, out);
    auto commands = out.take();
    REQUIRE(commands.size() == 1);
    CHECK(std::get<FindOrphans>(commands.front()).ago == 100_ms);
    CHECK(orphans.on_found({1100}, {}, out).empty());
    CHECK(orphans.take_ended().empty());
    CHECK(orphans.next_deadline() == Instant{1500});
    orphans.wake({1500}, out);
    CHECK(out.take().size() == 1);

    SECTION("it is not there") {
        orphans.on_found({1500}, {}, out);
        CHECK(orphans.take_ended().size() == 1);
        CHECK(orphans.is_empty());
    }
    SECTION("it is found: ended as if its pid had been known") {
        CHECK(orphans.on_found({1500}, {{{{"shop", "web"}, 9}}}, out).empty());
        commands = out.take();
        REQUIRE(commands.size() == 2);
        CHECK(std::get<SignalPid>(commands.front()).pid == 9);
        CHECK(orphans.take_ended().empty());
        orphans.on_pid_ended(9);
        CHECK(orphans.take_ended().front().pid == 9);
        CHECK(orphans.is_empty());
    }
}

TEST_CASE("one that was thought to be down is ended, and nobody is told") {
    Orphans orphans;
    Outbox out;
    orphans.begin({0});
    orphans.wake({700}, out);  // late: this search is the last
    const auto strangers = orphans.on_found({700}, {{{{"shop", "web"}, 9}}}, out);
    REQUIRE(strangers.size() == 1);
    CHECK(strangers.front().pid == 9);
    out.take();
    orphans.adopt_unknown({700}, orphan(9), Orphans::Fate::End, out);
    CHECK(out.take().size() == 2);
    CHECK_FALSE(orphans.is_empty());
    orphans.on_pid_ended(9);
    CHECK(orphans.take_ended().empty());
    CHECK(orphans.is_empty());
}
