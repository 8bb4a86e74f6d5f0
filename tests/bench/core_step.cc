#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "rules/load.h"
#include "tests/sim/fleet.h"

// core_step [INSTANCES [PROCESSES]]: what a step of one core costs in a federation at rest, in
// microseconds: a tick of a peer that changes nothing, and a process event of a peer.
namespace sup::bench {
namespace {

constexpr int kSteps = 20'000;
const ProcessName kProcess{"work", "work_0"};

// Keeps the last tick and the last publication of one peer to the observed instance.
class Ear : public sim::Observer {
public:
    Ear(std::size_t from, std::size_t to) : from_(from), to_(to) {}
    void on_command(std::size_t, const core::Command&) override {}
    void on_delivery(std::size_t from, std::size_t to, const Message& message) override {
        if (from == from_ && to == to_ && std::holds_alternative<Tick>(message.payload)) {
            tick = message;
        }
    }
    void on_moved(std::size_t, const ProcessName&, ProcessState) override {}
    void on_refused(std::size_t, const ProcessName&) override {}
    void on_agent_started(std::size_t) override {}
    void on_late_deadline(std::size_t, Duration) override {}

    Message tick;

private:
    std::size_t from_;
    std::size_t to_;
};

template <typename Step>
double microseconds_per(Step step) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kSteps; ++i) {
        step(i);
    }
    const std::chrono::duration<double, std::micro> spent =
        std::chrono::steady_clock::now() - begin;
    return spent.count() / kSteps;
}

std::vector<core::InstanceDescription> names(std::size_t count) {
    std::vector<core::InstanceDescription> instances;
    for (std::size_t i = 0; i < count; ++i) {
        const auto name = "n" + std::to_string(1000 + i);
        instances.push_back({name, name, name, 60000});
    }
    return instances;
}

std::vector<sim::ProgramModel> programs(int count) {
    std::vector<sim::ProgramModel> programs;
    for (int i = 0; i < count; ++i) {
        sim::ProgramModel program;
        program.config.process = {"work", "work_" + std::to_string(i)};
        program.config.program = "work";
        program.config.index = i;
        program.config.autostart = false;
        programs.push_back(program);
    }
    return programs;
}

int run(std::size_t instances, int processes) {
    core::Settings settings;
    settings.list_is_set = true;
    settings.synchro_options = {SynchronizationOption::Strict};
    sim::Fleet fleet(names(instances), settings, 1);
    for (std::size_t place = 0; place < instances; ++place) {
        fleet.at(place).set_programs(programs(processes));
        fleet.start(place);
    }
    Ear ear(1, 0);
    fleet.observe(ear);
    fleet.run(8_s);
    auto& observed = fleet.at(0);
    if (observed.queries().supvisors_state().fsm != FsmState::Operation) {
        std::cerr << "core_step: the federation did not reach OPERATION\n";
        return 1;
    }
    auto tick = ear.tick;
    const core::PeerMessage same{std::make_shared<const Message>(tick)};
    std::cout << "tick " << microseconds_per([&](int) { observed.step(same); }) << "\n";
    ProcessRecord record;
    record.process = kProcess;
    record.program = "work";
    std::cout << "event " << microseconds_per([&](int i) {
        record.state = i % 2 == 0 ? ProcessState::Starting : ProcessState::Running;
        record.event_instant = record.event_instant + 1_ms;
        Message message = tick;
        message.sequence = tick.sequence + static_cast<Sequence>(i) + 1;
        message.payload = ProcessChanged{record};
        observed.step(core::PeerMessage{std::make_shared<const Message>(std::move(message))});
    }) << "\n";
    return 0;
}

}  // namespace
}  // namespace sup::bench

int main(int argc, char** argv) {
    const auto number = [&](int at, int fallback) {
        return argc > at ? std::atoi(argv[at]) : fallback;
    };
    return sup::bench::run(static_cast<std::size_t>(number(1, 100)), number(2, 50));
}
