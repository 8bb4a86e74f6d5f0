#include "agent/core/sequencing/director.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/core/sequencing/selection.h"
#include "common/base/text.h"

namespace sup::core {

Director::Director(const Settings& settings, const InstanceTable& table, Inventory& inventory,
                   Postman& postman)
    : settings_(&settings),
      table_(&table),
      inventory_(&inventory),
      postman_(&postman),
      starter_(settings, table, inventory, intents_),
      stopper_(table, inventory, starter_),
      orders_(postman, table.local()) {}

void Director::rebind(const InstanceTable& table, Inventory& inventory, Postman& postman) {
    table_ = &table;
    inventory_ = &inventory;
    postman_ = &postman;
    starter_.rebind(table, inventory, intents_);
    stopper_.rebind(table, inventory, starter_);
    orders_.rebind(postman);
}

StartManner Director::manner_of(ApplicationId application) const {
    const auto& rules = inventory_->at(application).rules;
    return {rules.starting_strategy.value_or(settings_->starting_strategy), table_->local(),
            StartCause::Repair};
}

// Starts what lacks of the applications that are meant.
template <typename IsMeant>
void Director::distribute_among(IsMeant is_meant) {
    auto ranks = select_applications(*inventory_, intents_);
    for (auto& [rank, applications] : ranks) {
        std::erase_if(applications, [&](ApplicationId id) { return !is_meant(id); });
    }
    starter_.plan_sequence(std::move(ranks), table_->local());
    settle_due();
    explain_without_rank([&](ApplicationId id) { return is_meant(id) && !has_job(id); });
}

template <typename IsMeant>
void Director::explain_without_rank(IsMeant is_meant) {
    for (const auto id : wanted_without_rank(*inventory_, intents_)) {
        const auto& process = inventory_->at(id);
        if (is_meant(process.application) && !starter_.is_busy_with(id)) {
            effects_.notes.emplace_back(
                NoteLevel::Info,
                concat(namespec_of(process.name), " stays down: it has no start rank"));
        }
    }
}

// What is being stopped is left alone until it is down: its own restart may follow. What is being
// started goes on first: it knows nothing of an instance that joins meanwhile.
void Director::distribute() {
    for (const auto id : select_stopping(*inventory_, intents_)) {
        if (!has_job(id) && stopper_.await_stopping(id)) {
            left_out_.insert(id);
        }
    }
    distribute_among([&](ApplicationId id) {
        const bool is_busy = has_job(id);
        if (is_busy) {
            left_out_.insert(id);
        }
        return !is_busy;
    });
}

// Those alone: all would begin anew with each of them that fails.
bool Director::take_up_left_out() {
    look_after_kept();
    std::set<ApplicationId> free;
    std::copy_if(left_out_.begin(), left_out_.end(), std::inserter(free, free.end()),
                 [&](ApplicationId id) { return !has_job(id); });
    if (free.empty()) {
        return false;
    }
    std::erase_if(left_out_, [&](ApplicationId id) { return free.contains(id); });
    distribute_among([&](ApplicationId id) { return free.contains(id); });
    return true;
}

void Director::settle_due() {
    for (const auto& intent : intents_.all()) {
        if (const auto id = inventory_->find(intent.process)) {
            settle_due(*id);
        }
    }
}

// What was due and needs nothing any more: it came up, or ended well, before its Master could say
// so, or before its application had its turn.
void Director::settle_due(ProcessId id) {
    const auto& process = inventory_->at(id);
    if (intents_.of(process.name) != ProcessIntent::Due || starter_.is_busy_with(id) ||
        stopper_.is_busy_with(id)) {
        return;
    }
    const auto& application = inventory_->at(process.application);
    if (need_of(process, application, ProcessIntent::Due) == Need::Nothing) {
        const bool is_done = process.state == ProcessState::Exited;
        const auto held = intents_.held(process.name);
        effects_.intents.push_back({id, is_done ? ProcessIntent::Done : ProcessIntent::Wanted,
                                    held.extra_args, held.strategy});
    }
}

bool Director::has_stopped(const Inventory::Change& change) {
    return change.kind == Inventory::Change::Kind::Event && change.after == ProcessState::Stopped &&
           change.before != ProcessState::Stopped;
}

bool Director::is_stop_ordered(const Inventory::Change& change) const {
    const auto* copy = inventory_->at(change.process).copy_on(change.instance);
    return copy != nullptr && copy->record.stop_ordered;
}

void Director::take_up_stopped(const Inventory::Change& change) {
    const auto& process = inventory_->at(change.process);
    if (has_stopped(change) && is_stop_ordered(change) && !stopper_.is_busy_with(change.process) &&
        !stopper_.has_ordered(change.process, change.instance)) {
        left_out_.insert(process.application);
    }
}

void Director::on_change(Instant now, const Inventory::Change& change, Outbox& out) {
    // What our own jobs do is nobody's wish. The command may have ended already, its job has not.
    const bool is_ours = starter_.is_busy_with(change.process) ||
                         stopper_.has_job(inventory_->at(change.process).application);
    starter_.on_change(now, change, effects_);
    stopper_.on_change(now, change, effects_);
    if (!is_ours) {
        settle_due(change.process);
    }
    const auto& process = inventory_->at(change.process);
    const bool is_event = change.kind == Inventory::Change::Kind::Event;
    const auto held = intents_.held(process.name);
    if (!is_event || is_ours || held.intent == ProcessIntent::None) {
        return;
    }
    // Somebody started it behind our back, with other arguments: those are the last ones (D-28).
    // The last word is theirs, too, where a user had stopped it, and nobody else starts it again.
    const auto* copy = process.copy_on(change.instance);
    if (is_running_like(change.after)) {
        const bool is_again =
            copy != nullptr && copy->record.autorestarts && change.before == ProcessState::Exited;
        const bool is_asked_back = held.intent == ProcessIntent::StoppedByUser &&
                                   is_stopped_like(change.before) && !change.by_order && !is_again;
        set_intent({process.name, is_asked_back ? ProcessIntent::Wanted : held.intent,
                    process.extra_args, held.strategy},
                   out);
    }
    if (held.intent != ProcessIntent::Wanted) {
        return;
    }
    // Somebody stopped it behind our back, or it ended well: it is not wanted any more (D-25). What
    // a Master had stopped, whose job nobody has any more, is another matter.
    if (has_stopped(change) && !is_stop_ordered(change)) {
        set_intent({process.name, ProcessIntent::StoppedByUser, process.extra_args, {}}, out);
    } else if (change.after == ProcessState::Exited && process.expected_exit) {
        set_intent({process.name, ProcessIntent::Done, process.extra_args, {}}, out);
    }
}

void Director::on_result(const OrderResult& result) {
    closing_orders_.erase(result.id);
    const bool is_awaited = orders_.answered(result.id);
    if (result.fault) {
        stopper_.on_start_fault(result.id, effects_);
    }
    if (is_awaited && result.fault) {
        starter_.on_order_fault(result.id, *result.fault, effects_);
        stopper_.on_order_fault(result.id, *result.fault, effects_);
    } else if (is_awaited) {
        stopper_.on_order_done(result.id);
    }
}

void Director::on_instance_lost(InstanceId instance) {
    orders_.forget(instance);
    starter_.on_instance_lost(instance, effects_);
    stopper_.on_instance_lost(instance, effects_);
    std::erase_if(closing_orders_, [&](const auto& entry) { return entry.second == instance; });
}

void Director::set_intent(const Intent& intent, Outbox& out) {
    if (intents_.set(intent)) {
        postman_->publish(IntentChanged{intent}, out);
    }
}

void Director::adopt(const std::vector<Intent>& intents, Term term, Outbox& out) {
    for (const auto& intent : intents) {
        const auto id = inventory_->find(intent.process);
        const bool is_down = id && inventory_->at(*id).is_stopped() && !starter_.is_busy_with(*id);
        const bool is_later_stop =
            intent.intent == ProcessIntent::StoppedByUser && is_down && term > intents_.term();
        if (intents_.of(intent.process) == ProcessIntent::None || is_later_stop) {
            set_intent(intent, out);
        }
    }
}

bool Director::adopt_unheard(const std::vector<Intent>& intents, Outbox& out) {
    bool any = false;
    for (const auto& intent : intents) {
        if (!intents_.knows(intent.process) && inventory_->find(intent.process)) {
            set_intent(intent, out);
            any = true;
        }
    }
    return any;
}

void Director::close_others(Instant now, OrderKind kind) {
    for (const auto peer : table_->peers()) {
        if (table_->is_running(peer)) {
            const auto id = ++last_closing_order_;
            closing_orders_.emplace(id, peer);
            orders_.issue(now, peer, Order{id, kind, {}, {}});
        }
    }
}

void Director::force(const JobEffects::Force& force, Outbox& out) {
    const auto& process = inventory_->at(force.process);
    ProcessForced forced;
    forced.process = process.name;
    forced.state = force.state;
    forced.reason = force.reason;
    if (force.target) {
        forced.identifier = table_->identifier(*force.target);
        if (const auto* copy = process.copy_on(*force.target)) {
            forced.event_instant = copy->record.event_instant;
        }
    }
    if (inventory_->force(forced, force.target)) {
        out.warning("sequencing", concat(namespec_of(process.name), " is shown ",
                                         name_of(force.state), ": ", force.reason));
        postman_->publish(forced, out);
    }
}

// What could not be stopped is not started again: that would be a second copy, or nothing (E-147).
// What is still going down, on an instance that came meanwhile, is waited for first. Returns
// whether something is.
bool Director::submit_restarts(Outbox& out) {
    bool waits = false;
    for (auto& ended : stopper_.take_ended()) {
        if (ended.failed && !ended.restarts.empty()) {
            out.error("sequencing", concat(inventory_->at(ended.application).name,
                                           " could not be stopped: it is not started again"));
            unstopped_.insert(ended.application);
            starter_.give_up(ended.application);
            give_up_due(ended.application, out);
            continue;
        }
        for (auto& restart : ended.restarts) {
            if (stopper_.await_stopping(ended.application)) {
                stopper_.then_restart(ended.application, std::move(restart));
                waits = true;
            } else if (restart.process) {
                starter_.plan_process(*restart.process, restart.manner,
                                      std::move(restart.extra_args));
            } else {
                starter_.plan_application(ended.application, restart.manner);
                explain_without_rank([&](ApplicationId id) { return id == ended.application; });
            }
        }
    }
    return waits;
}

void Director::carry_out(Instant now, Outbox& out) {
    auto effects = std::exchange(effects_, {});
    for (auto& [level, text] : effects.notes) {
        out.add(Note{level, "sequencing", std::move(text)});
    }
    for (const auto& wish : effects.intents) {
        const auto& name = inventory_->at(wish.process).name;
        // The end of a start says nothing against a user who stopped the process meanwhile.
        const bool is_overruled =
            wish.intent != ProcessIntent::Due && intents_.of(name) == ProcessIntent::StoppedByUser;
        if (!is_overruled) {
            set_intent({name, wish.intent, wish.extra_args, wish.strategy}, out);
        }
    }
    for (const auto& forced : effects.forced) {
        force(forced, out);
    }
    for (const auto id : effects.finished_orders) {
        orders_.answered(id);
    }
    for (const auto& undo : effects.undone) {
        stopper_.undo_start(undo);
        kept_.insert(undo.process);
    }
    for (auto& [target, order] : effects.orders) {
        orders_.issue(now, target, std::move(order));
    }
    for (const auto application : effects.stops) {
        out.warning("sequencing", concat(inventory_->at(application).name,
                                         " is stopped: its starting failure strategy"));
        stopper_.plan_application(application);
    }
}

void Director::advance(Instant now, Outbox& out) {
    do {
        stopper_.advance(now, effects_);
    } while (submit_restarts(out));
    starter_.advance(now, effects_);
    if (take_up_left_out()) {
        starter_.advance(now, effects_);
    }
}

std::vector<Order> Director::settle(Instant now, Outbox& out) {
    advance(now, out);
    while (!effects_.stops.empty() || !effects_.forced.empty() || !effects_.orders.empty() ||
           !effects_.undone.empty()) {
        carry_out(now, out);
        advance(now, out);
    }
    carry_out(now, out);
    return orders_.send(out);
}

void Director::wake(Instant now) {
    starter_.on_deadline(now, effects_);
    stopper_.on_deadline(now, effects_);
    orders_.repeat(now);
}

Instant Director::next_deadline(Instant now) const {
    auto next = std::min({starter_.next_deadline(), stopper_.next_deadline(),
                          orders_.next_deadline(), failures_.next_deadline(now)});
    for (const auto& [process, until] : rested_) {
        next = until > now ? std::min(next, until) : next;
    }
    return next;
}

void Director::abort_all() {
    failures_.abort_all();
    left_out_.clear();
    rested_.clear();
    kept_.clear();
    asked_.clear();
    starter_.abort_all();
    stopper_.abort_all();
    orders_.clear();
    effects_ = {};
    closing_orders_.clear();
}

}  // namespace sup::core
