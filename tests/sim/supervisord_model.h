#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "agent/core/command.h"
#include "agent/core/input.h"
#include "common/model/process_record.h"
#include "tests/sim/machine.h"
#include "tests/sim/schedule.h"

namespace sup::sim {

// One process of the configuration, and how the program behaves.
struct ProgramModel {
    ProcessConfig config;
    int startretries = 3;
    Behaviour behaviour;
    bool missing = false;  // its executable is not there: NO_FILE, and nothing is spawned
};

// A model of supervisord 4.2.5, built after its sources: one loop that reads (calls, nudges, ends
// of children), dispatches buffered events to the listener, makes its processes move, reaps, ticks,
// and then sleeps for a second unless a descriptor is readable. So an event that is born while
// reaping leaves one turn later. The listener is a process like the others: it gets events only
// once it is RUNNING, startsecs after its start.
class SupervisordModel {
public:
    using Answer = std::function<void(core::SupervisorReply)>;
    struct Wires {
        std::function<void(core::SupervisorEvent)> event;    // written to the listener's stdin
        std::function<void(std::int32_t)> listener_started;  // its pid
        std::function<void()> listener_terminated;           // it got SIGTERM
        // Every change of a state, for those who watch the truth.
        std::function<void(const ProcessName&, ProcessState)> moved;
        std::function<void(const ProcessName&)> refused;  // a start that was asked for by a call
        std::function<void()> exited;                     // by its own will: everything is stopped
    };

    SupervisordModel(Schedule& schedule, Machine& machine, Wires wires)
        : schedule_(&schedule), machine_(&machine), wires_(std::move(wires)) {}
    void configure(std::vector<ProgramModel> programs) { configured_ = std::move(programs); }
    void set_wall_offset(std::int64_t offset_ms) { wall_offset_ms_ = offset_ms; }

    void start();
    void die();                 // SIGKILL: its children go on
    void stop();                // SIGTERM
    void reload();              // SIGHUP
    void stick(Duration time);  // its loop does nothing meanwhile
    void nudge();
    void child_ended(const Machine::Ended& child);
    void call(const core::CallSupervisor& call, Answer answer);
    // Somebody uses supervisorctl directly.
    std::optional<Fault> start_process(const ProcessName& name) {
        return by_hand(name, &SupervisordModel::start);
    }
    std::optional<Fault> stop_process(const ProcessName& name) {
        return by_hand(name, &SupervisordModel::stop);
    }

    // supervisorctl add, remove: a whole group, of the configuration as it is by now. A group of
    // which something runs cannot be removed.
    std::optional<Fault> add_group(const std::string& group);
    std::optional<Fault> remove_group(const std::string& group);

    bool is_up() const { return pid_ != 0; }
    std::int32_t pid() const { return pid_; }
    Instant started() const { return started_; }  // the last time
    bool is_stuck() const { return schedule_->now() < stuck_until_; }
    SupervisorSession session() const { return {pid_, start_ticks_, 0}; }
    ProcessState state_of(const ProcessName& name) const;
    std::int32_t pid_of(const ProcessName& name) const;
    std::vector<ProcessName> processes() const;
    void behave(const ProcessName& name, const Behaviour& behaviour, bool missing);

    static constexpr Duration kLoopSleep = {1000};
    static constexpr std::uint64_t kTicksPerSecond = 100;

private:
    enum class Mood { Running, Stopping, Restarting };
    struct Child {
        ProgramModel program;
        ProcessState state = ProcessState::Stopped;
        std::int32_t pid = 0;
        int backoff = 0;
        Instant delay;
        Instant last_start;  // 0: never
        WallTime started;    // the same two on the wall clock of then, 0: never
        WallTime stopped;
        std::string spawn_error;
        int exit_status = 0;
        bool killing = false;
    };

    bool is_listener(const Child& child) const;
    void begin_life();
    void wake(Duration delay);
    void turn();
    void dispatch();
    void transition(Child& child);
    void reap();
    void finish(Child& child, int exit_code);
    void tick();
    bool stop_in_order();
    void leave();
    void spawn(Child& child);
    void stop_child(Child& child);
    void change(Child& child, ProcessState state, bool expected = true);
    void notify(core::SupervisorEvent event);
    Child* find(const ProcessName& name);
    const Child* find(const ProcessName& name) const;
    core::SomeProcesses read_some(const std::vector<std::string>& namespecs);
    void tell_refused(const std::vector<std::string>& namespecs, const core::Verdicts& verdicts);
    Child* find_namespec(const std::string& namespec);
    decltype(core::SupervisorReply::result) carry_out(const core::CallSupervisor& call);
    core::AllProcesses read_everything() const;
    core::SupervisorProcess read(const Child& child) const;
    using Deed = std::optional<Fault> (SupervisordModel::*)(Child&);
    std::optional<Fault> by_hand(const ProcessName& name, Deed deed);
    std::optional<Fault> start(Child& child);
    std::optional<Fault> stop(Child& child);
    WallTime wall(Instant instant) const;
    Duration cost_of(const core::CallSupervisor& call) const;

    Schedule* schedule_;
    Machine* machine_;
    Wires wires_;
    std::vector<ProgramModel> configured_;
    std::int64_t wall_offset_ms_ = 0;
    std::int32_t pid_ = 0;
    std::uint64_t start_ticks_ = 0;
    std::uint64_t life_ = 0;  // acts announced by a former life do nothing
    Mood mood_ = Mood::Running;
    bool stopping_ = false;  // the order of stops is under way
    std::vector<std::string> stop_groups_;
    std::vector<Child> children_;  // the listener's group first: its priority is -1
    std::deque<core::SupervisorEvent> buffer_;
    std::deque<Machine::Ended> ended_;
    std::uint64_t next_serial_ = 0;
    std::int64_t last_tick_ = 0;
    Instant stuck_until_;
    Instant started_;
    Instant next_turn_ = kNever;
    std::uint64_t turn_number_ = 0;
};

// `supvisors:supvisors`, as in the snippet of the documentation.
ProgramModel listener_program();

}  // namespace sup::sim
