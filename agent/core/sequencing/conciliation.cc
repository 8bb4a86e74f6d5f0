#include <algorithm>
#include <utility>

#include "agent/core/conciliation/conflict.h"
#include "agent/core/sequencing/director.h"
#include "common/base/text.h"

// The part of Director that solves conflicts (section 13 of the reference).
namespace sup::core {
namespace {

// A conflict that outlived its solution (a stop that was refused, or had no effect) is given a rest
// before the next attempt.
constexpr Duration kRest = 5_s;

}  // namespace

std::vector<ProcessId> Director::conflicts() const {
    std::vector<ProcessId> conflicts;
    for (const auto id : inventory_->doubled()) {
        if (inventory_->is_conflict(id)) {
            conflicts.push_back(id);
        }
    }
    return conflicts;
}

// What is being started or stopped is judged when that is done; a copy on an instance that is about
// to come back or to be declared lost, when it is known which (B-175, D-21).
bool Director::is_solvable(ProcessId id) const {
    const auto& process = inventory_->at(id);
    for (const auto instance : process.running_on) {
        if (!table_->is_running(instance)) {
            return false;
        }
    }
    return !starter_.has_job(process.application) && !stopper_.has_job(process.application);
}

ConflictFacts Director::conflict_facts() const {
    ConflictFacts facts;
    for (const auto id : conflicts()) {
        facts.any = true;
        if (is_solvable(id)) {
            facts.solvable.push_back(namespec_of(inventory_->at(id).name));
        }
    }
    return facts;
}

Duration Director::uptime(Instant now, const ProcessCopy& copy) const {
    if (copy.record.state != ProcessState::Running) {
        return 0_ms;
    }
    const auto& instance = table_->at(copy.instance);
    const auto there = copy.instance == table_->local()
                           ? now
                           : instance.tick.instant + (now - instance.tick_received);
    return std::max(0_ms, there - copy.record.start_instant);
}

// All stops are submitted first, then they are carried out together (B-178).
void Director::conciliate(Instant now, ConciliationStrategy configured, Outbox& out) {
    if (asked_) {
        rested_.clear();
    }
    const auto strategy = std::exchange(asked_, std::nullopt).value_or(configured);
    const auto conflicting = conflicts();
    std::erase_if(rested_, [&](const auto& entry) {
        return std::find(conflicting.begin(), conflicting.end(), entry.first) == conflicting.end();
    });
    for (const auto id : conflicting) {
        const auto rested = rested_.find(id);
        const bool rests = rested != rested_.end() && rested->second > now;
        if (rests || !is_solvable(id)) {
            continue;
        }
        if (strategy != ConciliationStrategy::User) {
            rested_[id] = now + kRest;
            solve(now, id, strategy, out);
        } else if (rested_.emplace(id, Instant{}).second) {
            out.warning("conciliation", concat(namespec_of(inventory_->at(id).name),
                                               " runs more than once: left to the user"));
        }
    }
}

void Director::solve(Instant now, ProcessId id, ConciliationStrategy strategy, Outbox& out) {
    const auto& process = inventory_->at(id);
    std::vector<ConflictCopy> copies;
    std::vector<std::string> where;
    for (const auto instance : process.up_on()) {
        const auto& identifier = table_->identifier(instance);
        copies.push_back({instance, identifier, uptime(now, *process.copy_on(instance))});
        where.push_back(identifier);
    }
    const auto verdict = solve_conflict(strategy, copies);
    out.warning("conciliation", concat(namespec_of(process.name), " runs on ", join(where, ", "),
                                       ": ", name_of(strategy), ", ", verdict.why));
    switch (verdict.sequel) {
        case ConflictSequel::Nothing:
            stopper_.plan_process(id, verdict.stops);
            return;
        case ConflictSequel::StaysStopped:
            stop_for_good(id, out);
            return;
        case ConflictSequel::StartedOnce:
            restart_process(id);
            return;
        case ConflictSequel::FailureApplies:
            apply_failure(id, out);
            return;
    }
}

// Nobody wants it any more: no repair starts it again, a user does.
void Director::stop_for_good(ProcessId id, Outbox& out) {
    const auto& process = inventory_->at(id);
    set_intent({process.name, ProcessIntent::StoppedByUser, process.extra_args, {}}, out);
    stopper_.plan_process(id);
}

void Director::restart_process(ProcessId id) {
    const auto& process = inventory_->at(id);
    stopper_.plan_process(id);
    stopper_.then_restart(process.application,
                          {manner_of(process.application), id,
                           intents_.arguments_of(process.name, process.extra_args)});
}

// As for a lost process, but that a conflict is no reason to close the federation (B-177, E-184).
void Director::apply_failure(ProcessId id, Outbox& out) {
    const auto& process = inventory_->at(id);
    switch (process.rules.running_failure) {
        case RunningFailureStrategy::Continue:
        case RunningFailureStrategy::Shutdown:
        case RunningFailureStrategy::Restart:
            stop_for_good(id, out);
            return;
        case RunningFailureStrategy::RestartProcess:
            restart_process(id);
            return;
        case RunningFailureStrategy::StopApplication:
            stop_application(process.application, out);
            return;
        case RunningFailureStrategy::RestartApplication:
            restart_application(process.application, manner_of(process.application));
            return;
    }
}

}  // namespace sup::core
