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

// A conflict that comes back is another one.
void Director::forget_solved(const std::vector<ProcessId>& conflicting) {
    const auto is_solved = [&](const auto& entry) {
        return std::find(conflicting.begin(), conflicting.end(), entry.first) == conflicting.end();
    };
    std::erase_if(rested_, is_solved);
    std::erase_if(asked_, is_solved);
}

bool Director::rests(Instant now, ProcessId id) const {
    const auto rested = rested_.find(id);
    return rested != rested_.end() && rested->second > now;
}

ConflictFacts Director::conflict_facts() {
    ConflictFacts facts;
    const auto conflicting = conflicts();
    forget_solved(conflicting);
    for (const auto id : conflicting) {
        if (is_solvable(id)) {
            facts.solvable.push_back(namespec_of(inventory_->at(id).name));
        }
    }
    const auto& doubled = inventory_->doubled();
    facts.any = std::any_of(doubled.begin(), doubled.end(), [&](ProcessId id) {
        return inventory_->at(inventory_->at(id).application).rules.managed;
    });
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

void Director::ask_conciliation(ConciliationStrategy strategy) {
    for (const auto id : conflicts()) {
        asked_[id] = strategy;
        rested_.erase(id);
    }
}

// What can be solved is known first, then it is: all stops are submitted, and carried out together
// (B-178), also those of one application.
void Director::conciliate(Instant now, ConciliationStrategy configured, Outbox& out) {
    auto due = conflicts();
    forget_solved(due);
    std::erase_if(due, [&](ProcessId id) { return rests(now, id) || !is_solvable(id); });
    for (const auto id : due) {
        const auto asked = asked_.extract(id);
        const auto strategy = asked.empty() ? configured : asked.mapped();
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
            if (!verdict.stops.empty()) {
                kept_.insert(id);
            }
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

// The copy that was to stay may have gone as well: stopped by a Master before us, whose last word
// came later. Nobody else would start it again.
void Director::look_after_kept() {
    std::erase_if(kept_, [&](ProcessId id) {
        const auto& process = inventory_->at(id);
        if (has_job(process.application) || process.state == ProcessState::Stopping) {
            return false;
        }
        // One that has ended by itself is for its failure strategy.
        const bool has_ended =
            std::any_of(process.copies.begin(), process.copies.end(),
                        [](const auto& copy) { return copy.record.state == ProcessState::Exited; });
        if (process.state == ProcessState::Stopped && !has_ended) {
            left_out_.insert(process.application);
        }
        return true;
    });
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
            restart_application(process.application, manner_of(process.application), out);
            return;
    }
}

}  // namespace sup::core
