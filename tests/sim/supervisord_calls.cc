#include <algorithm>
#include <utility>

#include "common/base/overloaded.h"
#include "common/base/text.h"
#include "tests/sim/supervisord_model.h"

// The part of SupervisordModel that answers calls.
namespace sup::sim {
namespace {

constexpr Duration kRoad = {1};
constexpr Duration kPatience = {10'000};  // of the caller

}  // namespace

WallTime SupervisordModel::wall(Instant instant) const {
    return {instant.ms + wall_offset_ms_};
}

// Measured on 4.2.5: the daemon does nothing else meanwhile.
Duration SupervisordModel::cost_of(const core::CallSupervisor& call) const {
    if (std::holds_alternative<core::ReadEverything>(call.call)) {
        return Duration{static_cast<std::int64_t>(children_.size()) * 7 / 10};
    }
    return {0};
}

void SupervisordModel::call(const core::CallSupervisor& call, Answer answer) {
    const auto id = call.id;
    const auto fail = [this, answer, id](Duration delay, core::CallFailureKind kind,
                                         std::string reason) {
        schedule_->after(delay, [answer, id, kind, reason = std::move(reason)] {
            answer({id, core::CallFailed{kind, reason}});
        });
    };
    if (!is_up()) {
        fail(kRoad, core::CallFailureKind::Unreachable, "connection refused");
        return;
    }
    // A call that the caller has given up is in the daemon's socket all the same.
    const auto handled_at = std::max(schedule_->now() + kRoad, stuck_until_);
    const bool is_given_up = handled_at > schedule_->now() + kPatience;
    if (is_given_up) {
        fail(kPatience, core::CallFailureKind::TimedOut, "no answer in 10 s");
    }
    schedule_->at(handled_at, [this, life = life_, call, answer, id, is_given_up] {
        if (is_given_up) {
            if (life == life_) {
                carry_out(call);
                wake({0});
            }
            return;
        }
        if (life != life_) {
            answer({id, core::CallFailed{core::CallFailureKind::Unreachable,
                                         "connection closed before the answer"}});
            return;
        }
        const auto result = carry_out(call);
        schedule_->after(kRoad + cost_of(call), [answer, id, result] { answer({id, result}); });
        wake({0});
    });
}

decltype(core::SupervisorReply::result) SupervisordModel::carry_out(
    const core::CallSupervisor& call) {
    using Result = decltype(core::SupervisorReply::result);
    const auto each = [&](const std::vector<std::string>& namespecs, auto act) {
        core::Verdicts verdicts;
        for (const auto& namespec : namespecs) {
            auto* child = find_namespec(namespec);
            verdicts.verdicts.push_back(
                mood_ != Mood::Running ? std::optional(Fault{FaultCode::ShutdownState, ""})
                : child == nullptr     ? std::optional(Fault{FaultCode::BadName, namespec})
                                       : act(*child));
        }
        return verdicts;
    };
    // Not even a question is answered by a daemon that is about to end.
    const core::CallFailed closing{core::CallFailureKind::Closing,
                                   "supervisord refused the call: SHUTDOWN_STATE"};
    return std::visit(
        Overloaded{
            [&](const core::ReadEverything&) -> Result {
                return mood_ == Mood::Running ? Result(read_everything()) : Result(closing);
            },
            [&](const core::ReadProcesses& wanted) -> Result {
                if (mood_ != Mood::Running) {
                    return closing;
                }
                return read_some(wanted.namespecs);
            },
            [&](const core::StartProcesses& wanted) -> Result {
                auto verdicts = each(wanted.namespecs, [&](Child& child) { return start(child); });
                tell_refused(wanted.namespecs, verdicts);
                return verdicts;
            },
            [&](const core::StopProcesses& wanted) -> Result {
                return each(wanted.namespecs, [&](Child& child) { return stop(child); });
            },
            [&](const core::LeaveArguments&) -> Result {
                return core::Verdicts{};  // the disk's business, not the daemon's
            },
            // Its configuration files never change but by add_group.
            [&](const core::ReloadConfiguration&) -> Result {
                return core::ConfigurationReloaded{};
            },
            [&](const core::RemoveGroup& group) -> Result {
                return core::Verdicts{{remove_group(group.group)}};
            },
            [&](const core::AddGroup& group) -> Result {
                return core::Verdicts{{add_group(group.group)}};
            },
            [&](const core::RestartSupervisor&) -> Result {
                reload();
                return core::Verdicts{{std::nullopt}};
            },
            [&](const core::ShutdownSupervisor&) -> Result {
                stop();
                return core::Verdicts{{std::nullopt}};
            },
        },
        call.call);
}

core::SomeProcesses SupervisordModel::read_some(const std::vector<std::string>& namespecs) {
    core::SomeProcesses some;
    for (const auto& namespec : namespecs) {
        if (const auto* child = find_namespec(namespec)) {
            some.processes.push_back(read(*child));
        }
    }
    return some;
}

void SupervisordModel::tell_refused(const std::vector<std::string>& namespecs,
                                    const core::Verdicts& verdicts) {
    for (std::size_t i = 0; i < verdicts.verdicts.size(); ++i) {
        if (verdicts.verdicts[i]) {
            const auto name = parse_namespec(namespecs[i]);
            wires_.refused({name.group, name.name});
        }
    }
}

SupervisordModel::Child* SupervisordModel::find_namespec(const std::string& namespec) {
    const auto name = parse_namespec(namespec);
    return find({name.group, name.name});
}

std::optional<Fault> SupervisordModel::start(Child& child) {
    const auto namespec =
        child.program.config.process.group + ":" + child.program.config.process.name;
    if (child.program.missing) {
        return Fault{FaultCode::NoFile, namespec};
    }
    if (is_running_like(child.state)) {
        return Fault{FaultCode::AlreadyStarted, namespec};
    }
    spawn(child);  // does nothing while it is STOPPING, and says that all is well
    reap();
    if (!child.spawn_error.empty()) {
        return Fault{FaultCode::SpawnError, namespec};
    }
    transition(child);
    return std::nullopt;
}

std::optional<Fault> SupervisordModel::stop(Child& child) {
    if (!is_running_like(child.state)) {
        const auto& name = child.program.config.process;
        return Fault{FaultCode::NotRunning, name.group + ":" + name.name};
    }
    if (child.state == ProcessState::Backoff) {
        change(child, ProcessState::Stopped);
    } else {
        stop_child(child);
    }
    return std::nullopt;
}

std::optional<Fault> SupervisordModel::by_hand(const ProcessName& name, Deed deed) {
    if (!is_up()) {
        return Fault{FaultCode::Failed, "connection refused"};
    }
    auto* child = find(name);
    if (mood_ != Mood::Running) {
        return Fault{FaultCode::ShutdownState, ""};
    }
    if (child == nullptr) {
        return Fault{FaultCode::BadName, name.name};
    }
    wake({0});
    return (this->*deed)(*child);
}

core::SupervisorProcess SupervisordModel::read(const Child& child) const {
    const auto seconds = [](WallTime time) { return WallTime{time.ms / 1000 * 1000}; };
    core::SupervisorProcess seen;
    seen.process = child.program.config.process;
    seen.state = child.state;
    seen.start = seconds(child.started);
    seen.stop = seconds(child.stopped);
    seen.now = seconds(wall(schedule_->now()));
    seen.spawn_error = child.spawn_error;
    seen.exit_status = child.exit_status;
    seen.pid = child.pid;
    return seen;
}

core::AllProcesses SupervisordModel::read_everything() const {
    core::AllProcesses all;
    all.session = session();
    for (const auto& child : children_) {
        all.processes.push_back(read(child));
        const auto& config = child.program.config;
        all.programs.push_back({config.process, config.autostart, config.startsecs,
                                config.stopwaitsecs, config.has_stdout, config.has_stderr});
    }
    return all;
}

std::optional<Fault> SupervisordModel::add_group(const std::string& group) {
    bool any = false;
    for (const auto& program : configured_) {
        if (program.config.process.group == group && find(program.config.process) == nullptr) {
            children_.emplace_back().program = program;
            any = true;
        }
    }
    if (!any) {
        return Fault{FaultCode::AlreadyAdded, group};
    }
    notify({0, core::ProcessGroupEvent{group, true}});
    wake({0});
    return std::nullopt;
}

std::optional<Fault> SupervisordModel::remove_group(const std::string& group) {
    const auto belongs = [&](const auto& program) { return program.config.process.group == group; };
    for (const auto& child : children_) {
        if (belongs(child.program) && !is_stopped_like(child.state)) {
            return Fault{FaultCode::StillRunning, group};
        }
    }
    std::erase_if(children_, [&](const Child& child) { return belongs(child.program); });
    std::erase_if(configured_, belongs);
    notify({0, core::ProcessGroupEvent{group, false}});
    wake({0});
    return std::nullopt;
}

}  // namespace sup::sim
