#include <algorithm>

#include "agent/core/sequencing/starter.h"
#include "common/base/text.h"

// The part of Starter that follows commands from their order to their end (sections 10.3 and 10.4
// of the reference).
namespace sup::core {
namespace {

// A process that is waited for gets this long before others stop waiting for it.
constexpr Duration kExitPatience = 60_s;

}  // namespace

void Starter::await_exit(Instant now, Command& command) {
    if (command.stage != Stage::Running) {
        command.stage = Stage::Running;
        command.deadline = now + kExitPatience;
    }
}

// What the state on the target says of the command. In stage Ordered a stopped-like state is what
// was there before (E-126): only the order's answer or its deadline ends it. An order that was not
// ours has no answer for us: the target says when it is not under way any more.
Starter::Progress Starter::observe(Instant now, Command& command, bool is_event) const {
    const auto* copy = inventory_->at(command.process).copy_on(command.target);
    if (copy == nullptr) {
        return Progress::Failed;
    }
    const auto& record = copy->record;
    const bool is_awaited =
        command.stage == Stage::Ordered && (command.order != 0 || record.start_ordered);
    switch (record.state) {
        case ProcessState::Starting:
        case ProcessState::Backoff:
            if (command.stage == Stage::Ordered || is_event) {
                command.stage = Stage::Starting;
                command.deadline = now + record.startsecs + kRequestMargin;
            }
            return Progress::Pending;
        case ProcessState::Running:
            if (!command.waits_for_exit) {
                return Progress::Succeeded;
            }
            await_exit(now, command);
            return Progress::Pending;
        case ProcessState::Exited:
            if (is_awaited) {
                return Progress::Pending;
            }
            return command.waits_for_exit && record.expected ? Progress::Succeeded
                                                             : Progress::Failed;
        case ProcessState::Stopped:
        case ProcessState::Stopping:
        case ProcessState::Fatal:
        case ProcessState::Unknown:
        case ProcessState::Deleted:
            return is_awaited ? Progress::Pending : Progress::Failed;
    }
    return Progress::Pending;
}

void Starter::finish(ApplicationId id, std::size_t index, Progress progress, JobEffects& effects) {
    auto& job = jobs_.at(id);
    const auto command = job.current[index];
    job.current.erase(job.current.begin() + static_cast<std::ptrdiff_t>(index));
    effects.finished_orders.push_back(command.order);
    if (progress == Progress::Succeeded) {
        wish(command, command.waits_for_exit ? ProcessIntent::Done : ProcessIntent::Wanted,
             effects);
        return;
    }
    effects.notes.emplace_back(
        NoteLevel::Warning, concat("start of ", namespec_of(inventory_->at(command.process).name),
                                   " on ", table_->identifier(command.target), " failed"));
    fail(id, command, effects);
}

// Ends each current command for which `wanted` says how it ended.
template <typename Wanted>
void Starter::settle_current(Wanted wanted, JobEffects& effects) {
    for (auto& [id, job] : jobs_) {
        for (std::size_t i = 0; i < job.current.size();) {
            const auto progress = wanted(job.current[i]);
            if (progress == Progress::Pending) {
                ++i;
            } else {
                finish(id, i, progress, effects);
            }
        }
    }
}

void Starter::on_change(Instant now, const Inventory::Change& change, JobEffects& effects) {
    if (!has_job(inventory_->at(change.process).application)) {
        return;
    }
    settle_current(
        [&](Command& command) {
            const bool concerns = command.process == change.process &&
                                  command.target == change.instance &&
                                  change.kind != Inventory::Change::Kind::Forced &&
                                  change.kind != Inventory::Change::Kind::Lost;
            return concerns ? observe(now, command, true) : Progress::Pending;
        },
        effects);
}

void Starter::on_order_fault(std::uint64_t order, const Fault& fault, JobEffects& effects) {
    settle_current(
        [&](Command& command) {
            if (command.order != order) {
                return Progress::Pending;
            }
            if (fault.code == FaultCode::NotApplicable) {
                arguments_faults_.emplace(command.process, fault);
            }
            effects.forced.push_back(
                {command.process, ProcessState::Fatal, fault.text(), command.target});
            return Progress::Failed;
        },
        effects);
}

Starter::Command Starter::planned_again(Command command) {
    command.stage = Stage::Planned;
    command.target = {};
    command.order = 0;
    command.deadline = kNever;
    return command;
}

// Its order may have come to nothing: then it is ordered of another instance. What was already on
// its way up is lost like all that ran there, now or when the instance is done with it: its running
// failure strategy takes care of it.
void Starter::repair_again(InstanceId lost, JobEffects& effects) {
    for (auto& [id, job] : jobs_) {
        const auto is_hit = [&](const Command& command) {
            return command.target == lost && command.manner.cause == StartCause::Repair;
        };
        for (const auto& command : job.current) {
            if (!is_hit(command)) {
                continue;
            }
            const auto& process = inventory_->at(command.process);
            effects.finished_orders.push_back(command.order);
            if (!process.is_stopped()) {
                wish(command, ProcessIntent::Wanted, effects);
                continue;
            }
            job.planned[process.rules.start_sequence].push_back(planned_again(command));
        }
        std::erase_if(job.current, is_hit);
    }
}

void Starter::undo_superseded(JobEffects& effects) {
    for (auto& [id, job] : jobs_) {
        const auto is_superseded = [&](const Command& command) {
            if (command.stage != Stage::Ordered || command.order == 0) {
                return false;
            }
            const auto up = up_on(inventory_->at(command.process));
            return up && *up != command.target;
        };
        for (const auto& command : job.current) {
            if (!is_superseded(command)) {
                continue;
            }
            const auto& process = inventory_->at(command.process);
            effects.notes.emplace_back(
                NoteLevel::Info, concat(namespec_of(process.name), " runs elsewhere: its start on ",
                                        table_->identifier(command.target), " is undone"));
            effects.finished_orders.push_back(command.order);
            effects.undone.push_back({command.process, command.target, command.order});
            job.planned[process.rules.start_sequence].push_back(planned_again(command));
        }
        std::erase_if(job.current, is_superseded);
    }
}

void Starter::on_instance_lost(InstanceId instance, JobEffects& effects) {
    repair_again(instance, effects);
    // The death of a target with a pending start is a start failure, not a running failure (E-114).
    settle_current(
        [&](Command& command) {
            if (command.target != instance) {
                return Progress::Pending;
            }
            inventory_->settle_lost(command.process);
            return Progress::Failed;
        },
        effects);
    for (auto& [id, job] : jobs_) {
        if (job.instance == instance) {
            job.instance.reset();
        }
        for (const auto& [rank, commands] : job.planned) {
            for (const auto& command : commands) {
                inventory_->settle_lost(
                    command.process);  // it is going to be started anyway (B-135)
            }
        }
    }
}

void Starter::on_deadline(Instant now, JobEffects& effects) {
    settle_current(
        [&](Command& command) {
            if (command.deadline > now) {
                return Progress::Pending;
            }
            const auto progress = observe(now, command, false);
            if (progress == Progress::Succeeded || command.deadline > now) {
                return progress;
            }
            if (progress == Progress::Pending && command.stage == Stage::Running) {
                command.is_overdue = true;
                command.deadline = kNever;
                effects.notes.emplace_back(
                    NoteLevel::Warning,
                    concat(namespec_of(inventory_->at(command.process).name),
                           " has not exited yet: the rest of its application waits for it"));
                return Progress::Pending;
            }
            const auto awaited =
                command.stage == Stage::Ordered ? ProcessState::Starting : ProcessState::Running;
            effects.forced.push_back(
                {command.process, ProcessState::Fatal,
                 concat("process ", name_of(awaited), " event not received in time"),
                 command.target});
            return Progress::Failed;
        },
        effects);
}

std::optional<Starter::OrderedStart> Starter::ordered_start(ProcessId process) const {
    const auto job = jobs_.find(inventory_->at(process).application);
    if (job == jobs_.end()) {
        return std::nullopt;
    }
    for (const auto& command : job->second.current) {
        if (command.process == process && command.stage == Stage::Ordered) {
            return OrderedStart{command.order, command.target};
        }
    }
    return std::nullopt;
}

std::vector<std::uint64_t> Starter::orders(ApplicationId application) const {
    std::vector<std::uint64_t> orders;
    if (const auto job = jobs_.find(application); job != jobs_.end()) {
        for (const auto& command : job->second.current) {
            orders.push_back(command.order);
        }
    }
    return orders;
}

std::vector<std::uint64_t> Starter::orders() const {
    std::vector<std::uint64_t> all;
    for (const auto& [id, job] : jobs_) {
        const auto some = orders(id);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace sup::core
