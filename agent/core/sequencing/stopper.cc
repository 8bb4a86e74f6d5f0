#include "agent/core/sequencing/stopper.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace sup::core {
namespace {

// Where there is something to bring down, or to wait for.
std::vector<InstanceId> places(const Process& process) {
    std::vector<InstanceId> places;
    for (const auto& copy : process.copies) {
        if (!is_stopped_like(copy.record.state)) {
            places.push_back(copy.instance);
        }
    }
    return places;
}

}  // namespace

void Stopper::plan_everything() {
    for (std::uint32_t i = 0; i < inventory_->applications().size(); ++i) {
        const ApplicationId id{i};
        const auto& application = inventory_->at(id);
        const auto& processes = application.processes;
        const bool runs = std::any_of(processes.begin(), processes.end(), [&](ProcessId process) {
            return !places(inventory_->at(process)).empty();
        });
        if (runs && !application.removed) {
            sequence_[application.rules.stop_sequence].push_back(id);
        }
    }
}

bool Stopper::plan_application(ApplicationId id) {
    bool any = false;
    for (const auto process : inventory_->at(id).processes) {
        any = plan_process(process) || any;
    }
    return any;
}

bool Stopper::plan_process(ProcessId id) {
    const auto where = places(inventory_->at(id));
    return plan_process(id, where);
}

bool Stopper::plan_process(ProcessId id, std::span<const InstanceId> instances) {
    const auto& process = inventory_->at(id);
    if (instances.empty()) {
        return false;
    }
    if (is_busy_with(id)) {
        return true;
    }
    auto& planned = jobs_[process.application].planned[process.rules.stop_sequence];
    for (const auto instance : instances) {
        Command command;
        command.process = id;
        command.target = instance;
        planned.push_back(command);
    }
    return true;
}

void Stopper::cancel_restarts(ApplicationId application) {
    if (const auto job = jobs_.find(application); job != jobs_.end()) {
        job->second.restarts.clear();
    }
}

void Stopper::then_restart(ApplicationId application, Restart restart) {
    jobs_[application].restarts.push_back(std::move(restart));
}

void Stopper::release_sequence() {
    while (!sequence_.empty()) {
        std::erase_if(sequence_current_, [&](ApplicationId id) { return !has_job(id); });
        if (!sequence_current_.empty()) {
            return;
        }
        const auto applications = std::move(sequence_.begin()->second);
        sequence_.erase(sequence_.begin());
        for (const auto id : applications) {
            if (plan_application(id)) {
                sequence_current_.push_back(id);
            }
        }
    }
}

void Stopper::advance(Instant now, JobEffects& effects) {
    while (true) {
        release_sequence();
        std::vector<ApplicationId> applications;
        for (const auto& [id, job] : jobs_) {
            applications.push_back(id);
        }
        for (const auto id : applications) {
            advance(now, id, effects);
        }
        if (jobs_.size() == applications.size() || sequence_.empty()) {
            return;
        }
    }
}

void Stopper::advance(Instant now, ApplicationId id, JobEffects& effects) {
    auto& job = jobs_.at(id);
    while (job.current.empty() && !job.planned.empty()) {
        const auto commands = std::move(job.planned.begin()->second);
        job.planned.erase(job.planned.begin());
        for (const auto& command : commands) {
            issue(now, job, command, effects);
        }
    }
    if (job.current.empty()) {
        ended_.push_back({id, std::move(job.restarts)});
        jobs_.erase(id);
    }
}

void Stopper::issue(Instant now, Job& job, Command command, JobEffects& effects) {
    const auto& process = inventory_->at(command.process);
    const auto* copy = process.copy_on(command.target);
    if (copy == nullptr || is_stopped_like(copy->record.state)) {
        return;
    }
    command.deadline = now + kRequestMargin;
    if (copy->record.state == ProcessState::Stopping) {
        command.stopping = true;
        command.deadline = command.deadline + copy->record.stopwaitsecs;
    } else {
        command.order = ++last_order_ * 2 + 1;  // odd: stops
        effects.orders.push_back(
            {command.target, Order{command.order, OrderKind::Stop, process.name, {}}});
    }
    job.current.push_back(command);
}

bool Stopper::is_down(Instant now, Command& command) const {
    const auto* copy = inventory_->at(command.process).copy_on(command.target);
    if (copy == nullptr || is_stopped_like(copy->record.state)) {
        return true;
    }
    if (copy->record.state == ProcessState::Stopping && !std::exchange(command.stopping, true)) {
        command.deadline = now + copy->record.stopwaitsecs + kRequestMargin;
    }
    return false;
}

template <typename Done>
void Stopper::settle_current(Done done, JobEffects& effects) {
    for (auto& [id, job] : jobs_) {
        std::erase_if(job.current, [&](Command& command) {
            const bool is_done = done(command);
            if (is_done && command.order != 0) {
                effects.finished_orders.push_back(command.order);
            }
            return is_done;
        });
    }
}

void Stopper::on_change(Instant now, const Inventory::Change& change, JobEffects& effects) {
    if (has_job(inventory_->at(change.process).application)) {
        settle_current(
            [&](Command& command) {
                return command.process == change.process && command.target == change.instance &&
                       is_down(now, command);
            },
            effects);
    }
}

// "Not running" is no fault here: whatever else supervisord answers, the process was not stopped.
void Stopper::on_order_fault(std::uint64_t order, const Fault& fault, JobEffects& effects) {
    settle_current(
        [&](Command& command) {
            if (command.order != order) {
                return false;
            }
            effects.notes.emplace_back(
                NoteLevel::Error,
                concat("stop of ", namespec_of(inventory_->at(command.process).name), " on ",
                       table_->identifier(command.target), " was refused: ", fault.text()));
            return true;
        },
        effects);
}

void Stopper::on_instance_lost(InstanceId instance, JobEffects& effects) {
    settle_current([&](Command& command) { return command.target == instance; }, effects);
}

void Stopper::on_deadline(Instant now, JobEffects& effects) {
    settle_current(
        [&](Command& command) {
            if (is_down(now, command)) {
                return true;
            }
            if (command.deadline > now) {
                return false;
            }
            const auto awaited = command.stopping ? ProcessState::Stopped : ProcessState::Stopping;
            effects.forced.push_back(
                {command.process, ProcessState::Stopped,
                 concat("process ", name_of(awaited), " event not received in time"),
                 command.target});
            return true;
        },
        effects);
}

Instant Stopper::next_deadline() const {
    Instant next = kNever;
    for (const auto& [id, job] : jobs_) {
        for (const auto& command : job.current) {
            next = std::min(next, command.deadline);
        }
    }
    return next;
}

void Stopper::abort_all() {
    jobs_.clear();
    sequence_.clear();
    sequence_current_.clear();
    ended_.clear();
}

bool Stopper::is_busy_with(ProcessId process) const {
    const auto job = jobs_.find(inventory_->at(process).application);
    if (job == jobs_.end()) {
        return false;
    }
    const auto is_it = [&](const Command& command) { return command.process == process; };
    const auto& current = job->second.current;
    const auto& planned = job->second.planned;
    return std::any_of(current.begin(), current.end(), is_it) ||
           std::any_of(planned.begin(), planned.end(), [&](const auto& rank) {
               return std::any_of(rank.second.begin(), rank.second.end(), is_it);
           });
}

}  // namespace sup::core
