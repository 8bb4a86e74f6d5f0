#include "agent/core/local/supervisor_link.h"

#include <catch2/catch.hpp>

namespace sup::core {
namespace {

const ProcessName kWeb{"shop", "web"};

// A supervisord that was read: shop:web runs since 1 s.
struct Fixture {
    Settings settings;
    Birth birth{1, {1000}, 0};
    SupervisorLink link{settings, birth};
    Outbox out;
    std::uint64_t serial = 0;

    Fixture() {
        link.wake({1000}, out);
        AllProcesses all;
        all.session = {10, 20, 0};
        SupervisorProcess web;
        web.process = kWeb;
        web.state = ProcessState::Running;
        web.pid = 11;
        web.now = {5000};
        web.start = {4000};
        all.processes.push_back(web);
        for (const auto& command : out.take()) {
            if (const auto* call = std::get_if<CallSupervisor>(&command)) {
                link.on_reply({1010}, {call->id, all}, out);
            }
        }
        link.take_news();
    }
    ProcessRecord told(Instant now, ProcessState before, ProcessState after) {
        link.on_event(now, {++serial, ProcessStateEvent{kWeb, before, after, false, 11, 0}}, out);
        for (const auto& news : link.take_news()) {
            if (const auto* change = std::get_if<LocalChange>(&news)) {
                return change->record;
            }
        }
        return {};
    }
};

}  // namespace

TEST_CASE("FATAL leaves the stop date as it is, other ends set it (E-80, B-91)") {
    Fixture fixture;
    const auto exited = fixture.told({2000}, ProcessState::Running, ProcessState::Exited);
    CHECK(exited.stop_instant == Instant{2000});
    const auto starting = fixture.told({2500}, ProcessState::Exited, ProcessState::Starting);
    CHECK(starting.start_instant == Instant{2500});
    const auto backoff = fixture.told({2600}, ProcessState::Starting, ProcessState::Backoff);
    CHECK(backoff.stop_instant == Instant{2000});
    const auto fatal = fixture.told({2700}, ProcessState::Backoff, ProcessState::Fatal);
    CHECK(fatal.state == ProcessState::Fatal);
    CHECK(fatal.stop_instant == Instant{2000});
}

TEST_CASE("an event that does not follow from what is known is a doubt, not news") {
    Fixture fixture;
    const auto old = fixture.told({2000}, ProcessState::Backoff, ProcessState::Fatal);
    CHECK(old.process.group.empty());
    CHECK(fixture.link.next_deadline() <= Instant{2050});
}

}  // namespace sup::core
