#include "agent/core/inventory/inventory.h"

#include <catch2/catch.hpp>

namespace sup::core {
namespace {

const InstanceId kA{0};
const InstanceId kB{1};
const ProcessName kWeb{"shop", "web"};

ProcessRecord record(ProcessState state, Instant event) {
    ProcessRecord record;
    record.process = kWeb;
    record.program = "web";
    record.state = state;
    record.event_instant = event;
    return record;
}

Inventory two_instances() {
    return {rules::RuleSet{}, {"a", "b"}};
}

const Process& web(const Inventory& inventory) {
    return inventory.at(*inventory.find(kWeb));
}

}  // namespace

TEST_CASE("a forced state older than an event of its target is dropped (B-182, E-84)") {
    struct Row {
        Instant forced_at;
        bool is_shown;
    };
    const auto row = GENERATE(Row{{99}, false}, Row{{100}, true}, Row{{101}, true});
    auto inventory = two_instances();
    inventory.update(kB, record(ProcessState::Starting, {100}), {5});
    ProcessForced forced{kWeb, ProcessState::Fatal, "why", "b", row.forced_at};
    CHECK(inventory.force(forced, kB) == row.is_shown);
    CHECK((web(inventory).displayed_state() == ProcessState::Fatal) == row.is_shown);
}

TEST_CASE("a forced state without a target always applies (B-182)") {
    auto inventory = two_instances();
    inventory.update(kB, record(ProcessState::Starting, {100}), {5});
    CHECK(inventory.force({kWeb, ProcessState::Fatal, "No resource available", "", {}}, {}));
    CHECK(web(inventory).displayed_state() == ProcessState::Fatal);
}

TEST_CASE("a forced state ends with news, not with a word on what was known (B-107)") {
    auto inventory = two_instances();
    auto told = record(ProcessState::Fatal, {100});
    inventory.update(kB, told, {5});
    inventory.update(kA, record(ProcessState::Stopped, {110}), {6});
    inventory.force({kWeb, ProcessState::Fatal, "why", "b", {100}}, kB);
    told.start_ordered = true;
    inventory.update(kB, told, {7});
    CHECK(web(inventory).displayed_state() == ProcessState::Fatal);
    inventory.update(kB, record(ProcessState::Starting, {120}), {8});
    CHECK(web(inventory).displayed_state() == ProcessState::Starting);
}

TEST_CASE("two agents that hold the same records have the same digest, whatever came before") {
    auto one = two_instances();
    auto other = two_instances();
    one.update(kA, record(ProcessState::Starting, {1}), {1});
    one.update(kA, record(ProcessState::Running, {2}), {2});
    CHECK(one.digest(kA) != other.digest(kA));
    const std::vector<ProcessRecord> all = {record(ProcessState::Running, {2})};
    other.replace_all(kA, all, Inventory::Session::Same, {9});
    CHECK(one.digest(kA) == other.digest(kA));
    CHECK(one.digest(kB) == other.digest(kB));
}

TEST_CASE("the program and its index are common to the process (B-94)") {
    auto inventory = two_instances();
    auto told = record(ProcessState::Stopped, {1});
    told.program = "web_server";
    told.index = 3;
    inventory.update(kA, told, {1});
    CHECK(web(inventory).program() == "web_server");
    CHECK(web(inventory).index() == 3);
}

TEST_CASE("the loss of an instance does not touch that a process has crashed (E-81)") {
    auto inventory = two_instances();
    inventory.update(kA, record(ProcessState::Running, {1}), {1});
    inventory.lose(kA, "Supervisor a lost", {5});
    CHECK(web(inventory).state == ProcessState::Fatal);
    CHECK(web(inventory).lost);
    CHECK_FALSE(web(inventory).copy_on(kA)->has_crashed);
}

}  // namespace sup::core
