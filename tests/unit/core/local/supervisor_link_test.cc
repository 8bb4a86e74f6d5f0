#include "agent/core/local/supervisor_link.h"

#include <catch2/catch.hpp>

#include <algorithm>

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
        link.call({1000}, out);
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

// supervisord answers what it is asked, starts by that fault; what is told of the order.
std::optional<Fault> answer_start(Fixture& fixture, FaultCode code) {
    for (int calls = 0; calls < 2; ++calls) {  // the read that an exit asks for, then the start
        fixture.link.wake({2000}, fixture.out);
        fixture.link.call({2000}, fixture.out);
        for (const auto& command : fixture.out.take()) {
            const auto* call = std::get_if<CallSupervisor>(&command);
            if (call == nullptr) {
                continue;
            }
            SupervisorReply reply{call->id, SomeProcesses{}};
            if (std::holds_alternative<StartProcesses>(call->call)) {
                reply.result = Verdicts{{Fault{code, "shop:web"}}};
            }
            fixture.link.on_reply({2010}, reply, fixture.out);
        }
    }
    const auto news = fixture.link.take_news();
    const auto done = std::find_if(news.begin(), news.end(), [](const auto& one) {
        return std::holds_alternative<LocalOrderDone>(one);
    });
    REQUIRE(done != news.end());
    return std::get<LocalOrderDone>(*done).fault;
}

}  // namespace

TEST_CASE("a start that ended before supervisord answered is not refused, events tell the rest") {
    Fixture fixture;
    fixture.told({2000}, ProcessState::Running, ProcessState::Exited);
    fixture.link.carry_out({7, OrderKind::Start, kWeb, {}}, fixture.out);
    SECTION("ended at once") {
        CHECK_FALSE(answer_start(fixture, FaultCode::SpawnError).has_value());
    }
    SECTION("never begun") {
        const auto fault = answer_start(fixture, FaultCode::NoFile);
        CHECK((fault && fault->code == FaultCode::NoFile));
    }
}

TEST_CASE(
    "without its listener it is read at once, and a listener that was stopped is started again") {
    Fixture fixture;
    ProcessConfig listener;
    listener.process = {"supvisors", "supvisors"};
    listener.program = "supvisors";
    listener.role = ProcessConfig::Role::Relay;
    listener.autostart = GENERATE(true, false);
    fixture.link.on_configuration({{listener}}, fixture.out);
    SupervisorProcess seen;
    seen.process = listener.process;
    seen.state = GENERATE(ProcessState::Stopped, ProcessState::Running);
    AllProcesses all;
    all.session = {10, 20, 0};
    all.processes = {seen};
    const auto started = [&](Instant now) {
        bool any = false;
        fixture.link.wake(now, fixture.out);
        fixture.link.call(now, fixture.out);
        for (const auto& command : fixture.out.take()) {
            if (const auto* call = std::get_if<CallSupervisor>(&command)) {
                any = any || std::holds_alternative<StartProcesses>(call->call);
                fixture.link.on_reply({now.ms + 5}, {call->id, all}, fixture.out);
            }
        }
        return any;
    };
    fixture.link.on_relay_connected({2000}, {}, fixture.out);
    CHECK_FALSE(started({2000}));
    CHECK_FALSE(started({2100}));
    fixture.link.on_relay_lost({3000}, {RelayEnd::Terminated}, fixture.out);
    CHECK(fixture.link.next_deadline() <= Instant{5000});
    CHECK_FALSE(started({5000}));  // only read
    CHECK(started({5100}) == (listener.autostart && seen.state == ProcessState::Stopped));
}

TEST_CASE("a supervisord that stops without its listener is followed by the pids") {
    Fixture fixture;
    // What an agent that leaves tells at this instant.
    const auto shown = [&](Instant now) {
        fixture.link.end_unheard(now);
        std::vector<ProcessState> states;
        for (const auto& news : fixture.link.take_news()) {
            if (const auto* change = std::get_if<LocalChange>(&news)) {
                states.push_back(change->record.state);
            }
        }
        return states;
    };
    fixture.link.on_relay_connected({1900}, {}, fixture.out);
    fixture.link.on_event({2000}, {++fixture.serial, SupervisorStopping{}}, fixture.out);
    SECTION("what still lives is waited for") {
        fixture.link.on_relay_lost({2010}, {RelayEnd::Terminated}, fixture.out);
        CHECK(shown({2010}).empty());
        fixture.link.on_pid_ended({2020}, 11, fixture.out);
        CHECK(shown({2020}) == std::vector{ProcessState::Stopped});
    }
    SECTION("the listener that is there tells it itself") {
        fixture.link.on_pid_ended({2020}, 11, fixture.out);
        CHECK(shown({2020}).empty());
    }
    SECTION("an end that was seen, but not told before the listener left") {
        fixture.link.on_pid_ended({2005}, 11, fixture.out);
        fixture.link.on_relay_lost({2010}, {RelayEnd::Terminated}, fixture.out);
        CHECK(shown({2010}) == std::vector{ProcessState::Stopped});
        CHECK(shown({2011}).empty());
    }
    SECTION("what has no process, and will have none any more, is down") {
        fixture.told({2005}, ProcessState::Running, ProcessState::Starting);
        fixture.link.on_relay_lost({2010}, {RelayEnd::Terminated}, fixture.out);
        CHECK(shown({2010}) == std::vector{ProcessState::Stopped});
    }
}

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
