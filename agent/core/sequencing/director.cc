#include "agent/core/sequencing/director.h"

#include <algorithm>
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
      stopper_(table, inventory),
      orders_(postman, table.local()) {}

StartManner Director::manner_of(ApplicationId application) const {
    const auto& rules = inventory_->at(application).rules;
    return {rules.starting_strategy.value_or(settings_->starting_strategy), table_->local()};
}

void Director::distribute() {
    starter_.plan_sequence(select_applications(*inventory_, intents_), table_->local());
}

std::optional<FsmState> Director::repair_lost(Outbox& out) {
    std::optional<FsmState> closing;
    for (const auto id : inventory_->lost()) {
        const auto& process = inventory_->at(id);
        const auto& application = inventory_->at(process.application);
        inventory_->settle_lost(id);
        const auto strategy = process.rules.running_failure;
        out.warning("failure", concat(namespec_of(process.name),
                                      " was lost with its instance: ", name_of(strategy)));
        if (stopper_.is_busy_with(id) || starter_.is_busy_with(id)) {
            continue;  // it was to be stopped, or is about to be started, anyway
        }
        switch (strategy) {
            case RunningFailureStrategy::Continue:
                break;
            case RunningFailureStrategy::RestartProcess:
                if (application.state == ApplicationState::Stopped &&
                    process.rules.start_sequence > 0) {
                    starter_.plan_application(process.application, manner_of(process.application));
                } else {
                    starter_.plan_process(id, manner_of(process.application),
                                          intents_.arguments_of(process.name));
                }
                break;
            case RunningFailureStrategy::StopApplication:
                stop_application(process.application);
                break;
            case RunningFailureStrategy::RestartApplication:
                restart_application(process.application, manner_of(process.application));
                break;
            case RunningFailureStrategy::Shutdown:
                closing = FsmState::ShuttingDown;
                break;
            case RunningFailureStrategy::Restart:
                closing = closing.value_or(FsmState::Restarting);
                break;
        }
    }
    return closing;
}

std::optional<FsmState> Director::on_crash(ProcessId id, Outbox& out) {
    const auto& process = inventory_->at(id);
    const auto strategy = process.rules.running_failure;
    if (process.forced || starter_.is_busy_with(id) || stopper_.is_busy_with(id)) {
        return std::nullopt;  // a start failure, or a stop: other rules apply
    }
    switch (strategy) {
        case RunningFailureStrategy::Continue:
        case RunningFailureStrategy::RestartProcess:
            return std::nullopt;  // supervisord's own autorestart is in charge (E-160)
        case RunningFailureStrategy::StopApplication:
            stop_application(process.application);
            break;
        case RunningFailureStrategy::RestartApplication:
            restart_application(process.application, manner_of(process.application));
            break;
        case RunningFailureStrategy::Shutdown:
            return FsmState::ShuttingDown;
        case RunningFailureStrategy::Restart:
            return FsmState::Restarting;
    }
    out.warning("failure", concat(namespec_of(process.name), " crashed: ", name_of(strategy)));
    return std::nullopt;
}

void Director::stop_application(ApplicationId application) {
    starter_.cancel(application);
    stopper_.plan_application(application);
}

void Director::restart_application(ApplicationId application, StartManner manner) {
    starter_.cancel(application);
    if (stopper_.plan_application(application)) {
        stopper_.then_restart(application, {manner, std::nullopt, {}});
    } else {
        starter_.plan_application(application, manner);
    }
}

void Director::on_change(Instant now, const Inventory::Change& change, Outbox& out) {
    starter_.on_change(now, change, effects_);
    stopper_.on_change(now, change, effects_);
    const auto& process = inventory_->at(change.process);
    const bool is_event = change.kind == Inventory::Change::Kind::Event;
    const auto intent = intents_.of(process.name);
    if (!is_event || intent != ProcessIntent::Wanted || starter_.is_busy_with(change.process) ||
        stopper_.is_busy_with(change.process)) {
        return;
    }
    // Somebody stopped it behind our back, or it ended well: it is not wanted any more (D-25).
    if (change.after == ProcessState::Stopped && change.before != ProcessState::Stopped) {
        set_intent({process.name, ProcessIntent::StoppedByUser, process.extra_args}, out);
    } else if (change.after == ProcessState::Exited && process.expected_exit) {
        set_intent({process.name, ProcessIntent::Done, process.extra_args}, out);
    }
}

void Director::on_result(const OrderResult& result) {
    closing_orders_.erase(result.id);
    if (orders_.answered(result.id) && result.fault) {
        starter_.on_order_fault(result.id, *result.fault, effects_);
        stopper_.on_order_fault(result.id, *result.fault, effects_);
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

void Director::submit_restarts() {
    for (auto& ended : stopper_.take_ended()) {
        for (auto& restart : ended.restarts) {
            if (restart.process) {
                starter_.plan_process(*restart.process, restart.manner,
                                      std::move(restart.extra_args));
            } else {
                starter_.plan_application(ended.application, restart.manner);
            }
        }
    }
}

void Director::carry_out(Instant now, Outbox& out) {
    auto effects = std::exchange(effects_, {});
    for (auto& [level, text] : effects.notes) {
        out.add(Note{level, "sequencing", std::move(text)});
    }
    for (const auto& wish : effects.intents) {
        set_intent({inventory_->at(wish.process).name, wish.intent, wish.extra_args}, out);
    }
    for (const auto& forced : effects.forced) {
        force(forced, out);
    }
    for (const auto id : effects.finished_orders) {
        orders_.answered(id);
    }
    for (auto& [target, order] : effects.orders) {
        orders_.issue(now, target, std::move(order));
    }
    for (const auto application : effects.stops) {
        stopper_.plan_application(application);
    }
}

std::vector<Order> Director::settle(Instant now, Outbox& out) {
    stopper_.advance(now, effects_);
    submit_restarts();
    starter_.advance(now, effects_);
    while (!effects_.stops.empty() || !effects_.forced.empty() || !effects_.orders.empty()) {
        carry_out(now, out);
        stopper_.advance(now, effects_);
        submit_restarts();
        starter_.advance(now, effects_);
    }
    carry_out(now, out);
    return orders_.send(out);
}

void Director::wake(Instant now) {
    starter_.on_deadline(now, effects_);
    stopper_.on_deadline(now, effects_);
    orders_.repeat(now);
}

Instant Director::next_deadline() const {
    return std::min({starter_.next_deadline(), stopper_.next_deadline(), orders_.next_deadline()});
}

void Director::abort_all() {
    starter_.abort_all();
    stopper_.abort_all();
    orders_.clear();
    effects_ = {};
    closing_orders_.clear();
}

}  // namespace sup::core
