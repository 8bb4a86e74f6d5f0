#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agent/core/agent_core.h"
#include "common/base/rng.h"
#include "tests/sim/machine.h"
#include "tests/sim/schedule.h"
#include "tests/sim/supervisord_model.h"

namespace sup::sim {

class InstanceModel;

// Whoever wants to know what happens in the world. `instance` is the place in the fleet.
class Observer {
public:
    virtual ~Observer() = default;
    // The core asked for it, `now` in the world's time.
    virtual void on_command(std::size_t instance, const core::Command& command) = 0;
    virtual void on_delivery(std::size_t from, std::size_t to, const Message& message) = 0;
    // The truth about a process, from its supervisord.
    virtual void on_moved(std::size_t instance, const ProcessName& process, ProcessState state) = 0;
    // A supervisord refused to start a process.
    virtual void on_refused(std::size_t instance, const ProcessName& process) = 0;
    virtual void on_agent_started(std::size_t instance) = 0;
    // After a step, the core asks to be woken at an instant that is over: it would never sleep.
    virtual void on_late_deadline(std::size_t instance, Duration late) = 0;
    // All commands of a step were carried out.
    virtual void on_step_end(std::size_t) {}
};

// One instance of the federation: a machine with its supervisord, its listener and its agent. Each
// may die and come back alone. It is the shell of the core that it carries: its clock differs from
// that of the other machines.
class InstanceModel {
public:
    struct Links {
        // `to`: places in the fleet.
        std::function<void(std::span<const std::size_t> to, const Message&)> send;
        std::function<void(const Announcement&)> announce;
        // A discovered instance: the road to it is opened.
        std::function<void(std::size_t peer)> connect;
        // The place of an identifier; nothing when nobody in the fleet has it.
        std::function<std::optional<std::size_t>(const std::string&)> place_of;
        std::function<void()> agent_started;
        std::function<void()> agent_ended;
        Observer* observer = nullptr;
    };
    struct Setup {
        std::size_t place = 0;
        core::Settings settings;
        rules::RuleSet rules;
        std::vector<ProgramModel> programs;
        std::uint64_t seed = 1;
    };

    InstanceModel(Schedule& schedule, Setup setup, Links links);
    InstanceModel(const InstanceModel&) = delete;
    InstanceModel& operator=(const InstanceModel&) = delete;

    void set_programs(std::vector<ProgramModel> programs);
    // The section [eventlistener:supvisors] is missing from its configuration.
    void forget_listener();
    void set_rules(rules::RuleSet rules) { setup_.rules = std::move(rules); }
    void set_settings(core::Settings settings) { setup_.settings = std::move(settings); }

    void start_agent();
    void kill_agent();  // SIGKILL
    void freeze_agent(Duration time);
    void start_supervisord();
    void kill_supervisord() { supervisord_.die(); }
    void kill_listener();
    void read_configuration() { step(configuration()); }
    // The wall clock of its machine jumps.
    void set_clock(Duration offset);
    void end_process(std::int32_t pid, int exit_code) { machine_.end(pid, exit_code); }
    void power_off();  // silently, everything
    void power_on() { powered_ = true; }
    void jump_clock(Duration by);  // the wall clock of the machine
    void lose_events(int count) { events_to_lose_ = count; }

    void step(const core::Input& input);
    void on_message(std::shared_ptr<const Message> message) {
        step(core::PeerMessage{std::move(message)});
    }

    void on_announcement(const Announcement& heard) { step(core::AnnouncementHeard{heard}); }
    void on_link(std::size_t peer, core::LinkState state);

    const core::Settings& settings() const { return setup_.settings; }
    const std::string& name() const {
        return settings().instances[settings().local.value].identifier;
    }
    SupervisordModel& supervisord() { return supervisord_; }
    const SupervisordModel& supervisord() const { return supervisord_; }
    const Machine& machine() const { return machine_; }
    bool has_agent() const { return core_.has_value(); }
    bool is_frozen() const { return frozen_; }
    Instant awake_since() const { return awake_since_; }
    bool is_powered() const { return powered_; }
    // The extra arguments with which the process was started here last.
    std::string arguments_of(const ProcessName& process) const;
    // Those that are on its disk: with which it would be started now.
    std::string arguments_left(const ProcessName& process) const;
    // No extra arguments can be written any more.
    void fill_disk(bool full) { disk_is_full_ = full; }
    // Its agent, which is there, may act as a Master: what it sees is a majority, or none is asked
    // for.
    bool has_quorum() const;
    // Its agent had its supervisord shut down.
    bool has_closed() const { return closed_; }
    Instant next_deadline() const { return core_->next_deadline(); }  // on its own clock
    core::Queries queries() const { return core_->queries(clock()); }

private:
    Instant clock() const { return schedule_->now() + clock_offset_; }
    void feed(const core::Input& input);
    void carry_out(const core::Command& command);
    void send(std::span<const InstanceId> to, const Message& message) const;
    void connect(const core::ConnectPeer& discovered);
    void disconnect(const core::DisconnectPeer& forgotten);
    void meet(const std::string& identifier);
    void store(const core::StorePrograms& programs);
    void serve(const core::ServeRemoteCall& call);
    void promise();
    void thaw(std::uint64_t run);
    void on_process_end(const Machine::Ended& ended);
    void connect_relay(Duration delay);
    void lose_relay(core::RelayEnd end);
    void watch(std::int32_t pid);
    core::OrphansFound find_orphans(Duration ago) const;
    void tell_end(std::int32_t pid);
    core::ConfigurationRead configuration() const;
    core::ArgumentsRead arguments() const;
    void leave(const core::CallSupervisor& call);
    void note_arguments(const ProcessName& process);

    Schedule* schedule_;
    Setup setup_;
    Links links_;
    Rng rng_;
    Duration clock_offset_;
    std::int64_t wall_offset_ms_;  // wall clock minus the world's time
    Machine machine_;
    SupervisordModel supervisord_;
    std::optional<core::AgentCore> core_;
    // Where the instances are that the core knows, in the order of its ids; nothing for one that
    // does not exist.
    std::vector<std::optional<std::size_t>> peers_;
    core::Outbox outbox_;
    BootId boot_ = 0;        // of the last run, as the agent keeps it on its disk
    std::uint64_t run_ = 0;  // of the agent: acts announced for a former run do nothing
    Instant promised_ = kNever;
    bool frozen_ = false;
    Instant awake_since_;
    bool powered_ = true;
    bool closing_ = false;
    bool closed_ = false;
    std::deque<core::Input> waiting_;  // while it is frozen
    std::set<std::int32_t> watched_;
    std::int32_t relay_ = 0;  // pid of the listener, 0: none
    bool relay_connected_ = false;
    bool relay_farewell_ = false;  // it got SIGTERM
    int events_to_lose_ = 0;
    bool has_listener_ = true;
    std::map<ProcessName, std::string> arguments_;  // on its disk, for supvisors-exec
    std::map<ProcessName, std::string> used_;       // read by supvisors-exec at the last start
    bool disk_is_full_ = false;
};

}  // namespace sup::sim
