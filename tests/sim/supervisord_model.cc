#include "tests/sim/supervisord_model.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace sup::sim {

ProgramModel listener_program() {
    ProgramModel listener;
    listener.config.process = {"supvisors", "supvisors"};
    listener.config.program = "supvisors";
    listener.config.autorestart = ProcessConfig::Autorestart::Always;
    listener.config.role = ProcessConfig::Role::Relay;
    listener.behaviour.stop_takes = {1};
    return listener;
}

bool SupervisordModel::is_listener(const Child& child) const {
    return child.program.config.is_infrastructure();
}

void SupervisordModel::start() {
    if (is_up()) {
        return;
    }
    pid_ = machine_->spawn("supervisord", {});
    start_ticks_ = static_cast<std::uint64_t>(schedule_->now().ms) * kTicksPerSecond / 1000;
    begin_life();
}

void SupervisordModel::begin_life() {
    ++life_;
    started_ = schedule_->now();
    mood_ = Mood::Running;
    stopping_ = false;
    children_.clear();
    buffer_.clear();
    ended_.clear();
    next_serial_ = 0;
    for (const auto& program : configured_) {
        children_.emplace_back().program = program;
    }
    last_tick_ = wall(schedule_->now()).ms / 5000;
    notify({0, core::SupervisorRunning{}});
    next_turn_ = kNever;
    wake({0});
}

void SupervisordModel::die() {
    if (!is_up()) {
        return;
    }
    ++life_;
    const auto pid = std::exchange(pid_, 0);
    machine_->end(pid, -1);
}

void SupervisordModel::stop() {
    mood_ = Mood::Stopping;
    wake({0});
}

void SupervisordModel::reload() {
    if (mood_ == Mood::Running) {
        mood_ = Mood::Restarting;
        wake({0});
    }
}

void SupervisordModel::stick(Duration time) {
    stuck_until_ = schedule_->now() + time;
}

void SupervisordModel::nudge() {
    wake({0});
}

void SupervisordModel::child_ended(const Machine::Ended& child) {
    if (is_up()) {
        ended_.push_back(child);
        wake({0});
    }
}

// Its loop turns then, or earlier when it is to turn earlier anyway.
void SupervisordModel::wake(Duration delay) {
    if (!is_up()) {
        return;
    }
    const auto when = std::max(schedule_->now() + delay, stuck_until_);
    if (next_turn_ <= when) {
        return;
    }
    next_turn_ = when;
    schedule_->at(when, [this, life = life_, number = ++turn_number_] {
        if (life == life_ && number == turn_number_) {
            turn();
        }
    });
}

void SupervisordModel::turn() {
    next_turn_ = kNever;
    if (schedule_->now() < stuck_until_) {
        wake({0});
        return;
    }
    if (mood_ != Mood::Running && stop_in_order()) {
        leave();
        return;
    }
    const bool told = !buffer_.empty();
    dispatch();
    for (auto& child : children_) {
        transition(child);
    }
    reap();
    tick();
    if (mood_ != Mood::Running && !stop_groups_.empty()) {
        const bool is_down =
            std::none_of(children_.begin(), children_.end(), [&](const Child& child) {
                return child.program.config.process.group == stop_groups_.back() &&
                       !is_stopped_like(child.state);
            });
        if (is_down) {
            stop_groups_.pop_back();
        }
    }
    // The listener acknowledges at once, which makes the loop turn again.
    wake(told && buffer_.size() < 1000 ? Duration{1} : kLoopSleep);
}

void SupervisordModel::dispatch() {
    for (const auto& child : children_) {
        if (!is_listener(child) || child.state != ProcessState::Running) {
            continue;
        }
        for (auto& event : std::exchange(buffer_, {})) {
            wires_.event(std::move(event));
        }
    }
}

void SupervisordModel::notify(core::SupervisorEvent event) {
    event.poolserial = next_serial_++;
    buffer_.push_back(std::move(event));
}

void SupervisordModel::change(Child& child, ProcessState state, bool expected) {
    if (state == child.state) {
        return;
    }
    const auto before = std::exchange(child.state, state);
    if (state == ProcessState::Backoff) {
        ++child.backoff;
        child.delay = schedule_->now() + Duration{1000} * child.backoff;
    }
    const bool has_pid = state == ProcessState::Running || state == ProcessState::Stopping ||
                         state == ProcessState::Exited || state == ProcessState::Stopped;
    const bool has_tries = state == ProcessState::Starting || state == ProcessState::Backoff;
    const auto& name = child.program.config.process;
    notify({0, core::ProcessStateEvent{name, before, state, expected, has_pid ? child.pid : 0,
                                       has_tries ? child.backoff : 0}});
    if (!is_listener(child)) {
        wires_.moved(name, state);
    }
}

void SupervisordModel::spawn(Child& child) {
    if (child.pid != 0) {
        return;
    }
    child.killing = false;
    child.spawn_error.clear();
    child.last_start = schedule_->now();
    child.started = wall(child.last_start);
    change(child, ProcessState::Starting);
    if (child.program.missing) {
        child.spawn_error = "can't find command";
        change(child, ProcessState::Backoff);
        return;
    }
    const auto& name = child.program.config.process;
    child.pid = machine_->spawn(name.group + ":" + name.name, child.program.behaviour);
    if (is_listener(child)) {
        wires_.listener_started(child.pid);
    }
}

void SupervisordModel::transition(Child& child) {
    const auto now = schedule_->now();
    const auto& config = child.program.config;
    if (mood_ == Mood::Running) {
        const bool again = config.autorestart == ProcessConfig::Autorestart::Always ||
                           (config.autorestart == ProcessConfig::Autorestart::Unexpected &&
                            child.exit_status != 0);
        if (child.state == ProcessState::Exited && again) {
            spawn(child);
        } else if (child.state == ProcessState::Stopped && child.last_start.ms == 0 &&
                   config.autostart) {
            spawn(child);
        } else if (child.state == ProcessState::Backoff &&
                   child.backoff <= child.program.startretries && now > child.delay) {
            spawn(child);
        }
    }
    // Real time is never the same twice, so that nothing is waited for when startsecs is 0.
    const bool is_up_long = now - child.last_start > config.startsecs || config.startsecs.ms == 0;
    if (child.state == ProcessState::Starting && is_up_long) {
        child.backoff = 0;
        change(child, ProcessState::Running);
    }
    if (child.state == ProcessState::Backoff && child.backoff > child.program.startretries) {
        child.backoff = 0;
        change(child, ProcessState::Fatal);
    } else if (child.state == ProcessState::Stopping && child.delay <= now) {
        child.delay = now + config.stopwaitsecs;
        machine_->end(child.pid, -1);  // SIGKILL
    }
}

void SupervisordModel::reap() {
    for (const auto& end : std::exchange(ended_, {})) {
        for (auto& child : children_) {
            if (child.pid == end.pid) {
                finish(child, end.exit_code);
            }
        }
    }
}

void SupervisordModel::finish(Child& child, int exit_code) {
    const auto now = schedule_->now();
    child.stopped = wall(now);
    const bool too_quickly =
        now > child.last_start && now - child.last_start < child.program.config.startsecs;
    if (std::exchange(child.killing, false)) {
        child.exit_status = exit_code;
        change(child, ProcessState::Stopped);
    } else if (too_quickly) {
        child.exit_status = 0;
        child.spawn_error = "Exited too quickly (process log may have details)";
        change(child, ProcessState::Backoff);
    } else {
        child.backoff = 0;
        child.exit_status = exit_code;
        if (child.state == ProcessState::Starting) {
            change(child, ProcessState::Running);
        }
        if (exit_code != 0) {
            child.spawn_error = concat("Bad exit code ", exit_code);
        }
        change(child, ProcessState::Exited, exit_code == 0);
    }
    child.pid = 0;
}

void SupervisordModel::tick() {
    const auto slice = wall(schedule_->now()).ms / 5000;
    if (slice != last_tick_) {
        last_tick_ = slice;
        notify({0, core::SupervisorTick{}});
    }
}

// The groups are stopped one after the other, the listener's last. Returns whether all is stopped.
bool SupervisordModel::stop_in_order() {
    if (!std::exchange(stopping_, true)) {
        stop_groups_.clear();
        for (const auto& child : children_) {
            const auto& group = child.program.config.process.group;
            if (stop_groups_.empty() || stop_groups_.back() != group) {
                stop_groups_.push_back(group);
            }
        }
        notify({0, core::SupervisorStopping{}});
    }
    for (auto& child : children_) {
        if (stop_groups_.empty() || child.program.config.process.group != stop_groups_.back()) {
            continue;
        }
        if (child.state == ProcessState::Running || child.state == ProcessState::Starting) {
            stop_child(child);
        } else if (child.state == ProcessState::Backoff) {
            change(child, ProcessState::Fatal);
        }
    }
    return std::all_of(children_.begin(), children_.end(),
                       [](const Child& child) { return is_stopped_like(child.state); });
}

void SupervisordModel::leave() {
    if (mood_ == Mood::Restarting) {
        begin_life();
        return;
    }
    ++life_;
    machine_->end(std::exchange(pid_, 0), 0);
    wires_.exited();
}

void SupervisordModel::stop_child(Child& child) {
    child.killing = true;
    child.delay = schedule_->now() + child.program.config.stopwaitsecs;
    change(child, ProcessState::Stopping);
    if (is_listener(child)) {
        wires_.listener_terminated();
    }
    machine_->terminate(child.pid);
}

SupervisordModel::Child* SupervisordModel::find(const ProcessName& name) {
    return const_cast<Child*>(std::as_const(*this).find(name));
}

const SupervisordModel::Child* SupervisordModel::find(const ProcessName& name) const {
    for (const auto& child : children_) {
        if (child.program.config.process == name) {
            return &child;
        }
    }
    return nullptr;
}

ProcessState SupervisordModel::state_of(const ProcessName& name) const {
    const auto* child = find(name);
    return child == nullptr ? ProcessState::Unknown : child->state;
}

std::int32_t SupervisordModel::pid_of(const ProcessName& name) const {
    const auto* child = find(name);
    return child == nullptr ? 0 : child->pid;
}

std::vector<ProcessName> SupervisordModel::processes() const {
    std::vector<ProcessName> names;
    for (const auto& program : configured_) {
        if (!program.config.is_infrastructure()) {
            names.push_back(program.config.process);
        }
    }
    return names;
}

void SupervisordModel::behave(const ProcessName& name, const Behaviour& behaviour, bool missing) {
    for (auto& program : configured_) {
        if (program.config.process == name) {
            program.behaviour = behaviour;
            program.missing = missing;
        }
    }
    if (auto* child = find(name)) {
        child->program.behaviour = behaviour;
        child->program.missing = missing;
    }
}

}  // namespace sup::sim
