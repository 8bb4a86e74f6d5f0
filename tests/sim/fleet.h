#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "tests/sim/instance_model.h"
#include "tests/sim/network.h"
#include "tests/sim/schedule.h"

namespace sup::sim {

// A federation in one process: some instances, the roads between them, one clock. Everything that
// happens follows from its seed and from what is done to it; `hash` tells two runs apart.
class Fleet {
public:
    Fleet(std::vector<core::InstanceDescription> instances, core::Settings common,
          std::uint64_t seed);

    std::size_t size() const { return instances_.size(); }
    InstanceModel& at(std::size_t place) { return *instances_[place]; }
    const InstanceModel& at(std::size_t place) const { return *instances_[place]; }
    std::optional<std::size_t> find(const std::string& name) const;
    Schedule& schedule() { return schedule_; }
    Network& network() { return network_; }
    const Network& network() const { return network_; }
    Duration elapsed() const { return schedule_.now() - kBeginning; }

    void run(Duration time) { schedule_.run_until(schedule_.now() + time); }
    // Before anything starts: each knows those listed if it is one of them, else itself only.
    void let_discover(const std::vector<std::size_t>& listed);
    // Machine, supervisord and agent, a few milliseconds apart.
    void start(std::size_t place);
    // Whether messages pass in both directions.
    bool is_connected(std::size_t one, std::size_t other) const;
    // Since when the agents, the powers and the roads are as they are.
    Instant stable_since() const { return stable_since_; }
    // To be called when something was done to the world.
    void disturbed() { stable_since_ = schedule_.now(); }
    // Roads open, the frozen awake, the dead started again, unless the federation was shut down.
    void heal();
    // A federation that was shut down is not started again, nor is what was dead by then.
    bool was_shut_down() const;
    // Starts what is dead, by now; a supervisord that is still stopping needs another call.
    void revive();

    void observe(Observer& observer) { observers_.push_back(&observer); }
    std::uint64_t hash() const { return hasher_.value(); }

private:
    static constexpr Instant kBeginning{1'000'000};
    class Witness;
    void send(std::size_t from, std::span<const std::size_t> to, const Message& message);
    void announce(std::size_t from, const Announcement& announcement);
    void connect(std::size_t from, std::size_t to);
    void deliver(std::size_t from, std::size_t to, const Network::Sent& parcel);
    void link_changed(std::size_t place, std::size_t peer, core::LinkState state);
    void on_agent_started(std::size_t place);
    void on_agent_ended(std::size_t place);
    void refuse(std::size_t place, std::size_t peer);

    Schedule schedule_;
    Rng rng_;
    Network network_;
    Hasher hasher_;
    Instant stable_since_;
    std::vector<Observer*> observers_;
    std::vector<std::unique_ptr<Observer>> witnesses_;
    std::vector<std::unique_ptr<InstanceModel>> instances_;
    std::map<std::string, std::size_t> places_;  // by identifier
};

}  // namespace sup::sim
