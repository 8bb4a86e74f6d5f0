#include "tests/sim/instance_model.h"

#include <algorithm>
#include <utility>

#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::sim {
namespace {

constexpr Duration kLocalRoad = {1};
constexpr Duration kServing = {2000};  // of a call from another instance
constexpr Duration kRelayConnects = {20};
constexpr Duration kRelayReconnects = {200};
// Clocks of two machines have nothing in common.
constexpr std::int64_t kClockStepMs = 7'654'321;
constexpr std::int64_t kEpochMs = 1'700'000'000'000;

}  // namespace

InstanceModel::InstanceModel(Schedule& schedule, Setup setup, Links links)
    : schedule_(&schedule),
      setup_(std::move(setup)),
      links_(std::move(links)),
      rng_(setup_.seed),
      clock_offset_{static_cast<std::int64_t>(setup_.place + 1) * kClockStepMs},
      wall_offset_ms_(kEpochMs),
      machine_(schedule, static_cast<std::int32_t>(1000 * (setup_.place + 1))),
      supervisord_(schedule, machine_,
                   {[this](core::SupervisorEvent event) {
                        if (events_to_lose_ > 0) {
                            --events_to_lose_;
                            return;
                        }
                        schedule_->after(kLocalRoad,
                                         [this, event = std::move(event), relay = relay_] {
                                             if (relay_connected_ && relay == relay_) {
                                                 step(event);
                                             }
                                         });
                    },
                    [this](std::int32_t pid) {
                        relay_ = pid;
                        relay_farewell_ = false;
                        connect_relay(kRelayConnects);
                    },
                    [this] { relay_farewell_ = true; },
                    [this](const ProcessName& process, ProcessState state) {
                        if (state == ProcessState::Starting) {
                            note_arguments(process);
                        }
                        links_.observer->on_moved(setup_.place, process, state);
                    },
                    [this](const ProcessName& process) {
                        links_.observer->on_refused(setup_.place, process);
                    },
                    [this] { closed_ = closing_; }}) {
    machine_.on_end([this](const Machine::Ended& ended) { on_process_end(ended); });
    supervisord_.set_wall_offset(wall_offset_ms_);
    set_programs(setup_.programs);
}

void InstanceModel::set_programs(std::vector<ProgramModel> programs) {
    setup_.programs = programs;
    if (has_listener_) {
        programs.insert(programs.begin(), listener_program());
    }
    supervisord_.configure(std::move(programs));
}

void InstanceModel::forget_listener() {
    has_listener_ = false;
    set_programs(setup_.programs);
}

core::ConfigurationRead InstanceModel::configuration() const {
    core::ConfigurationRead read;
    read.processes.push_back(listener_program().config);
    for (const auto& program : setup_.programs) {
        read.processes.push_back(program.config);
    }
    return read;
}

core::ArgumentsRead InstanceModel::arguments() const {
    core::ArgumentsRead read;
    for (const auto& [process, extra_args] : arguments_) {
        read.items.push_back({process, extra_args});
    }
    return read;
}

void InstanceModel::leave(const core::CallSupervisor& call) {
    core::Verdicts verdicts;
    for (const auto& [process, extra_args] : std::get<core::LeaveArguments>(call.call).items) {
        if (disk_is_full_) {
            verdicts.verdicts.push_back(Fault{FaultCode::NotApplicable, "no space left"});
        } else {
            arguments_[process] = extra_args;
            verdicts.verdicts.push_back(std::nullopt);
        }
    }
    schedule_->after(kLocalRoad, [this, verdicts, id = call.id, run = run_] {
        if (run == run_) {
            step(core::SupervisorReply{id, verdicts});
        }
    });
}

// supvisors-exec reads what is on the disk when supervisord starts it.
void InstanceModel::note_arguments(const ProcessName& process) {
    for (const auto& program : setup_.programs) {
        if (program.config.process == process && !program.config.arguments_dir.empty()) {
            used_[process] = arguments_[process];
        }
    }
}

std::string InstanceModel::arguments_of(const ProcessName& process) const {
    const auto used = used_.find(process);
    return used == used_.end() ? std::string() : used->second;
}

std::string InstanceModel::arguments_left(const ProcessName& process) const {
    const auto left = arguments_.find(process);
    return left == arguments_.end() ? std::string() : left->second;
}

void InstanceModel::start_agent() {
    if (core_ || !powered_) {
        return;
    }
    ++run_;
    frozen_ = false;
    promised_ = kNever;
    watched_.clear();
    waiting_.clear();
    constexpr std::uint64_t kRandomBits = 20;
    const auto time = static_cast<std::uint64_t>(wall_offset_ms_ + schedule_->now().ms);
    const BootId drawn = time << kRandomBits | rng_.below(std::uint64_t{1} << kRandomBits);
    boot_ = std::max(drawn, boot_ + 1);
    const core::Birth birth{boot_, clock(), wall_offset_ms_ - clock_offset_.ms};
    core_.emplace(setup_.settings, birth, setup_.rules);
    peers_.clear();
    for (const auto& instance : setup_.settings.instances) {
        meet(instance.identifier);
    }
    links_.observer->on_agent_started(setup_.place);
    step(arguments());
    step(configuration());
    links_.agent_started();
    connect_relay(kRelayReconnects);
}

void InstanceModel::start_supervisord() {
    if (powered_) {
        closing_ = closed_ = false;
        supervisord_.start();
    }
}

void InstanceModel::set_clock(Duration offset) {
    supervisord_.set_wall_offset(kEpochMs + offset.ms);
    step(core::WallClockRead{kEpochMs + offset.ms - clock_offset_.ms});
}

void InstanceModel::kill_agent() {
    if (core_) {
        ++run_;
        core_.reset();
        relay_connected_ = false;
        links_.agent_ended();
    }
}

void InstanceModel::freeze_agent(Duration time) {
    frozen_ = true;
    schedule_->after(time, [this, run = run_] { thaw(run); });
}

void InstanceModel::thaw(std::uint64_t run) {
    if (run != run_ || !frozen_) {
        return;
    }
    frozen_ = false;
    awake_since_ = schedule_->now();
    promised_ = kNever;
    for (const auto& input : std::exchange(waiting_, {})) {
        step(input);
    }
    step(core::Wake{});
}

void InstanceModel::power_off() {
    powered_ = false;
    ++run_;
    core_.reset();
    relay_ = 0;
    relay_connected_ = false;
    machine_.on_end({});
    supervisord_.die();
    machine_.power_off();
    machine_.on_end([this](const Machine::Ended& ended) { on_process_end(ended); });
}

void InstanceModel::jump_clock(Duration by) {
    wall_offset_ms_ += by.ms;
    supervisord_.set_wall_offset(wall_offset_ms_);
    step(core::WallClockRead{wall_offset_ms_ - clock_offset_.ms});
}

void InstanceModel::kill_listener() {
    machine_.end(relay_, -1);
}

void InstanceModel::connect_relay(Duration delay) {
    schedule_->after(delay, [this, relay = relay_, run = run_] {
        if (relay != 0 && relay == relay_ && run == run_ && core_ && !relay_connected_) {
            relay_connected_ = true;
            step(core::RelayConnected{supervisord_.session()});
        }
    });
}

void InstanceModel::lose_relay(core::RelayEnd end) {
    relay_ = 0;
    if (std::exchange(relay_connected_, false)) {
        schedule_->after(kLocalRoad, [this, end, run = run_] {
            if (run == run_) {
                step(core::RelayLost{end});
            }
        });
    }
}

void InstanceModel::on_process_end(const Machine::Ended& ended) {
    if (ended.pid == relay_) {
        lose_relay(relay_farewell_ ? core::RelayEnd::Terminated : core::RelayEnd::ConnectionLost);
    } else if (!supervisord_.is_up() && relay_ != 0) {
        const auto relay = relay_;
        lose_relay(core::RelayEnd::StdinClosed);
        machine_.end(relay, 0);
    }
    tell_end(ended.pid);
    supervisord_.child_ended(ended);
}

void InstanceModel::tell_end(std::int32_t pid) {
    if (watched_.erase(pid) != 0) {
        schedule_->after(kLocalRoad, [this, pid, run = run_] {
            if (run == run_) {
                step(core::PidEnded{pid});
            }
        });
    }
}

void InstanceModel::watch(std::int32_t pid) {
    watched_.insert(pid);
    if (!machine_.is_alive(pid)) {
        tell_end(pid);
    }
}

core::OrphansFound InstanceModel::find_orphans(Duration ago) const {
    core::OrphansFound found;
    for (const auto& [pid, name] : machine_.living_since(schedule_->now() - ago)) {
        if (name.find(':') != std::string::npos) {  // a child of supervisord
            const auto process = parse_namespec(name);
            found.orphans.push_back({{process.group, process.name}, pid});
        }
    }
    return found;
}

void InstanceModel::step(const core::Input& input) {
    if (!core_) {
        return;
    }
    if (frozen_) {
        waiting_.push_back(input);
        return;
    }
    feed(input);
}

void InstanceModel::feed(const core::Input& input) {
    core_->step(clock(), input, outbox_);
    const auto run = run_;
    for (const auto& command : outbox_.take()) {
        if (run != run_) {
            return;  // it has terminated itself
        }
        links_.observer->on_command(setup_.place, command);
        carry_out(command);
    }
    if (run == run_) {
        links_.observer->on_step_end(setup_.place);
        promise();
    }
}

// The next wake-up, at the earliest one millisecond from now: the real loop does the same.
void InstanceModel::promise() {
    const auto deadline = core_->next_deadline();
    if (deadline <= clock()) {
        links_.observer->on_late_deadline(setup_.place, clock() - deadline);
    }
    if (deadline == kNever || deadline == promised_) {
        promised_ = deadline;
        return;
    }
    promised_ = deadline;
    const auto earliest = schedule_->now() + Duration{1};
    const auto when = deadline - clock_offset_;
    schedule_->at(when < earliest ? earliest : when, [this, deadline, run = run_] {
        if (run == run_ && core_ && !frozen_ && promised_ == deadline) {
            promised_ = kNever;
            step(core::Wake{});
        }
    });
}

void InstanceModel::store(const core::StorePrograms& programs) {
    setup_.settings.programs = programs.memory;
    schedule_->after(kLocalRoad, [this, id = programs.id, run = run_] {
        if (run == run_) {
            step(core::ProgramsStored{id, std::nullopt});
        }
    });
}

// Its interface says who it is, and what it was asked.
void InstanceModel::serve(const core::ServeRemoteCall& call) {
    const RemoteResponse response{200, "text", concat(name(), " did ", call.body)};
    schedule_->after(kServing, [this, run = run_, peer = call.peer, id = call.id, response] {
        if (run == run_) {
            step(core::RemoteCallServed{peer, id, response});
        }
    });
}

void InstanceModel::carry_out(const core::Command& command) {
    std::visit(
        Overloaded{
            [&](const core::SendToPeer& one) {
                send({&one.peer, 1}, one.message);
            },
            [&](const core::SendToPeers& many) { send(many.peers, many.message); },
            [&](const core::Announce& own) { links_.announce(own.announcement); },
            [&](const core::ConnectPeer& discovered) { connect(discovered); },
            [&](const core::DisconnectPeer& forgotten) { disconnect(forgotten); },
            [&](const core::CallSupervisor& call) {
                if (std::holds_alternative<core::LeaveArguments>(call.call)) {
                    leave(call);
                    return;
                }
                closing_ = closing_ || std::holds_alternative<core::ShutdownSupervisor>(call.call);
                supervisord_.call(call, [this, run = run_](const core::SupervisorReply& reply) {
                    if (run == run_) {
                        step(reply);
                    }
                });
            },
            [&](const core::NudgeSupervisor&) {
                if (relay_connected_) {
                    supervisord_.nudge();
                }
            },
            [&](const core::WatchPid& pid) { watch(pid.pid); },
            [&](const core::UnwatchPid& pid) { watched_.erase(pid.pid); },
            [&](const core::SignalPid& signal) {
                if (signal.signal == core::Signal::Term) {
                    machine_.terminate(signal.pid);
                } else {
                    machine_.end(signal.pid, -1);
                }
            },
            [&](const core::StorePrograms& programs) { store(programs); },
            [&](const core::ServeRemoteCall& call) { serve(call); },
            [&](const core::AnswerRemoteCall&) {},
            [&](const core::FindOrphans& find) {
                schedule_->after(kLocalRoad, [this, found = find_orphans(find.ago), run = run_] {
                    if (run == run_) {
                        step(found);
                    }
                });
            },
            [&](const core::AnswerOperator&) {},
            [&](const core::PublishEvent&) {},
            [&](const core::Note&) {},
            [&](const core::Terminate&) { kill_agent(); },
        },
        command);
}

}  // namespace sup::sim
