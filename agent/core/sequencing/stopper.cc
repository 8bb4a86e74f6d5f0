#include "agent/core/sequencing/stopper.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace sup::core {
namespace {

// supervisord's loop turns at least once a second, and a turn starts again what has crashed.
constexpr Duration kReturn = 1500_ms;

}  // namespace

// Where there is something to bring down, or to wait for.
std::vector<InstanceId> Stopper::places(ProcessId id) const {
    std::vector<InstanceId> places;
    const auto start = starter_->ordered_start(id);
    for (const auto& copy : inventory_->at(id).copies) {
        const bool is_coming = copy.record.start_ordered ||
                               (start && start->target == copy.instance) ||
                               returning_.contains({id, copy.instance});
        if (!is_stopped_like(copy.record.state) || is_coming) {
            places.push_back(copy.instance);
        }
    }
    return places;
}

void Stopper::note_return(Instant now, const Inventory::Change& change) {
    const Place place{change.process, change.instance};
    const auto* copy = inventory_->at(change.process).copy_on(change.instance);
    const bool is_expected_back = change.kind == Inventory::Change::Kind::Event &&
                                  copy != nullptr && copy->record.state == ProcessState::Exited &&
                                  !copy->record.expected && copy->record.autorestarts;
    if (is_expected_back) {
        returning_[place] = now + kReturn;
    } else if (change.kind != Inventory::Change::Kind::Forced) {
        returning_.erase(place);
    }
}

void Stopper::plan_everything(Whom whom) {
    for (std::uint32_t i = 0; i < inventory_->applications().size(); ++i) {
        const ApplicationId id{i};
        const auto& application = inventory_->at(id);
        const auto& processes = application.processes;
        const bool runs = std::any_of(processes.begin(), processes.end(),
                                      [&](ProcessId process) { return !places(process).empty(); });
        const bool is_meant = whom == Whom::All || application.rules.managed;
        if (runs && is_meant && !application.removed) {
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
    return plan_process(id, places(id));
}

bool Stopper::plan_process(ProcessId id, std::span<const InstanceId> instances) {
    if (instances.empty()) {
        return false;
    }
    const auto start = starter_->ordered_start(id);
    for (const auto instance : instances) {
        plan(id, instance, start && start->target == instance ? start->order : 0);
    }
    return true;
}

// A part of the copies may be on its way down already, as in a conciliation: the rest is added.
void Stopper::plan(ProcessId id, InstanceId target, std::uint64_t undoes) {
    if (is_busy_with(id, target)) {
        return;
    }
    const auto& process = inventory_->at(id);
    Command command;
    command.process = id;
    command.target = target;
    command.undoes = undoes;
    jobs_[process.application].planned[process.rules.stop_sequence].push_back(command);
}

void Stopper::undo_start(const JobEffects::Undo& undo) {
    plan(undo.process, undo.target, undo.order);
}

bool Stopper::await_stopping(ApplicationId application) {
    bool any = false;
    for (const auto id : inventory_->at(application).processes) {
        std::vector<InstanceId> stopping;
        for (const auto& copy : inventory_->at(id).copies) {
            if (copy.record.state == ProcessState::Stopping) {
                stopping.push_back(copy.instance);
            }
        }
        any = plan_process(id, stopping) || any;
    }
    return any;
}

bool Stopper::drop_restarts(ApplicationId application) {
    const auto job = jobs_.find(application);
    return job != jobs_.end() && !std::exchange(job->second.restarts, {}).empty();
}

void Stopper::drop_restart(ProcessId process) {
    const auto job = jobs_.find(inventory_->at(process).application);
    if (job != jobs_.end()) {
        std::erase_if(job->second.restarts,
                      [&](const Restart& restart) { return restart.process == process; });
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
    std::erase_if(returning_, [&](const auto& entry) { return entry.second <= now; });
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
        ended_.push_back({id, std::move(job.restarts), job.failed});
        jobs_.erase(id);
        ++ended_jobs_;
    }
}

void Stopper::issue(Instant now, Job& job, Command command, JobEffects& effects) {
    const auto* copy = inventory_->at(command.process).copy_on(command.target);
    const auto back = returning_.find({command.process, command.target});
    if (copy == nullptr) {
        return;
    }
    if (!is_stopped_like(copy->record.state)) {
        follow(now, command, effects);
    } else if (copy->record.start_ordered || command.undoes != 0) {
        command.stage = Stage::Coming;
        command.deadline = now + kRequestMargin;
        order_stop(command, effects);
    } else if (back != returning_.end() && back->second > now) {
        command.stage = Stage::Coming;
        command.deadline = back->second;
    } else {
        return;
    }
    job.current.push_back(command);
}

// A copy that is not down: ordered to stop, or waited for where its supervisord stops it already.
void Stopper::follow(Instant now, Command& command, JobEffects& effects) {
    const auto& record = inventory_->at(command.process).copy_on(command.target)->record;
    command.deadline = now + kRequestMargin;
    if (record.state == ProcessState::Stopping) {
        command.stage = Stage::Stopping;
        command.deadline = command.deadline + record.stopwaitsecs;
        return;
    }
    command.stage = Stage::Ordered;
    if (command.order == 0 || command.is_answered) {
        order_stop(command, effects);
    }
}

// What was ordered before, if anything, came too early.
void Stopper::order_stop(Command& command, JobEffects& effects) {
    if (command.order != 0) {
        effects.finished_orders.push_back(command.order);
    }
    command.order = ++last_order_ * 2 + 1;  // odd: stops
    command.is_answered = false;
    ordered_.insert({command.process, command.target});
    effects.orders.push_back(
        {command.target,
         Order{command.order, OrderKind::Stop, inventory_->at(command.process).name, {}}});
}

// What has come up is ordered to stop, what is being stopped gets its time.
bool Stopper::is_down(Instant now, Command& command, JobEffects& effects) {
    const auto* copy = inventory_->at(command.process).copy_on(command.target);
    if (copy == nullptr) {
        return true;
    }
    const auto& record = copy->record;
    const auto back = returning_.find({command.process, command.target});
    if (command.stage == Stage::Ordered && back != returning_.end()) {
        command.stage = Stage::Coming;  // it crashed before the order, which found nothing to stop
        command.deadline = back->second;
    }
    if (is_stopped_like(record.state)) {
        const bool may_come = record.state == ProcessState::Exited || command.undoes != 0;
        const bool is_awaited =
            command.stage == Stage::Coming && may_come && now < command.deadline;
        return !is_awaited && !record.start_ordered;
    }
    command.undoes = 0;
    const bool stops_now =
        command.stage == Stage::Ordered && record.state == ProcessState::Stopping;
    if (command.stage == Stage::Coming || stops_now) {
        follow(now, command, effects);
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
    note_return(now, change);
    const auto* copy = inventory_->at(change.process).copy_on(change.instance);
    const bool has_come_up = copy != nullptr && copy->record.state == ProcessState::Starting;
    // A stop that crossed the return of a crashed one is about this run, too.
    if (copy == nullptr || (has_come_up && !is_busy_with(change.process, change.instance))) {
        ordered_.erase({change.process, change.instance});
    }
    if (has_job(inventory_->at(change.process).application)) {
        settle_current(
            [&](Command& command) {
                return command.process == change.process && command.target == change.instance &&
                       is_down(now, command, effects);
            },
            effects);
    }
}

void Stopper::on_order_done(std::uint64_t order) {
    for (auto& [id, job] : jobs_) {
        for (auto& command : job.current) {
            command.is_answered = command.is_answered || command.order == order;
        }
    }
}

// "Not running" is no fault here: whatever else supervisord answers, the process was not stopped.
// What is down may come up all the same, and is stopped then.
void Stopper::on_order_fault(std::uint64_t order, const Fault& fault, JobEffects& effects) {
    settle_current(
        [&](Command& command) {
            if (command.order != order || command.stage == Stage::Coming) {
                return false;
            }
            jobs_.at(inventory_->at(command.process).application).failed = true;
            effects.notes.emplace_back(
                NoteLevel::Error,
                concat("stop of ", namespec_of(inventory_->at(command.process).name), " on ",
                       table_->identifier(command.target), " was refused: ", fault.text()));
            return true;
        },
        effects);
}

void Stopper::on_start_fault(std::uint64_t order, JobEffects& effects) {
    settle_current(
        [&](const Command& command) { return command.undoes != 0 && command.undoes == order; },
        effects);
}

void Stopper::on_instance_lost(InstanceId instance, JobEffects& effects) {
    settle_current([&](Command& command) { return command.target == instance; }, effects);
}

void Stopper::on_deadline(Instant now, JobEffects& effects) {
    settle_current(
        [&](Command& command) {
            if (is_down(now, command, effects)) {
                return true;
            }
            if (command.deadline > now) {
                return false;
            }
            const auto& process = inventory_->at(command.process);
            if (command.stage == Stage::Coming && process.is_running()) {
                return true;  // elsewhere: a second copy, if it comes, is a conflict
            }
            jobs_.at(process.application).failed = true;
            const auto awaited =
                command.stage == Stage::Stopping ? ProcessState::Stopped : ProcessState::Stopping;
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

std::vector<std::uint64_t> Stopper::orders() const {
    std::vector<std::uint64_t> orders;
    for (const auto& [id, job] : jobs_) {
        for (const auto& command : job.current) {
            orders.push_back(command.order);
        }
    }
    return orders;
}

void Stopper::abort_all() {
    jobs_.clear();
    sequence_.clear();
    sequence_current_.clear();
    ended_.clear();
    returning_.clear();
    ordered_.clear();
}

template <typename IsIt>
bool Stopper::has_command(ApplicationId application, IsIt is_it) const {
    const auto job = jobs_.find(application);
    if (job == jobs_.end()) {
        return false;
    }
    const auto& current = job->second.current;
    const auto& planned = job->second.planned;
    return std::any_of(current.begin(), current.end(), is_it) ||
           std::any_of(planned.begin(), planned.end(), [&](const auto& rank) {
               return std::any_of(rank.second.begin(), rank.second.end(), is_it);
           });
}

bool Stopper::is_busy_with(ProcessId process) const {
    return has_command(inventory_->at(process).application,
                       [&](const Command& command) { return command.process == process; });
}

bool Stopper::is_busy_with(ProcessId process, InstanceId target) const {
    return has_command(inventory_->at(process).application, [&](const Command& command) {
        return command.process == process && command.target == target;
    });
}

}  // namespace sup::core
