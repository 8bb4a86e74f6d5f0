#include "agent/core/operations/rehearsal.h"

#include <utility>

namespace sup::core {
namespace {

// Each round ends a command of a job; more rounds than that would be a bug of ours, and no reason
// to keep the loop from its work.
constexpr int kMaximumRounds = 100'000;
constexpr BootId kNoBoot = 0;

}  // namespace

Rehearsal::Rehearsal(const View& view)
    : table_(*view.table),
      inventory_(*view.inventory),
      postman_(table_, kNoBoot),
      governor_(*view.governor),
      director_(*view.director),
      view_(view),
      desk_(view_, director_, governor_, postman_) {
    governor_.rebind(table_);
    director_.rebind(table_, inventory_, postman_);
    view_.table = &table_;
    view_.inventory = &inventory_;
    view_.governor = &governor_;
    view_.director = &director_;
    inventory_.take_changes();
    // Those who take the Master's orders would take ours.
    for (const auto peer : table_.peers()) {
        auto modes = table_.at(peer).modes;
        if (modes.master == governor_.master()) {
            modes.master = table_.identifier(table_.local());
            table_.set_modes(peer, std::move(modes));
        }
    }
}

std::optional<Fault> Rehearsal::play(Instant now, const Request& request) {
    Outbox out;
    if (const auto fault = desk_.plan(request, table_.local(), out)) {
        return fault;
    }
    if (const auto goal = governor_.closing_goal()) {
        plan_.closing = goal;
        director_.abort_all();
        director_.stopper().plan_everything(Stopper::Whom::All);
    }
    if (std::holds_alternative<Conciliate>(request)) {
        director_.conciliate(now, view_.settings->conciliation_strategy, out);
    }
    keep_reasons(out);
    run(now);
    return std::nullopt;
}

void Rehearsal::lose(Instant now, InstanceId instance) {
    Outbox out;
    table_.become(instance, InstanceState::Failed, now, "what if it were lost");
    inventory_.lose(instance, "what if it were lost", now);
    director_.on_instance_lost(instance);
    table_.become(instance, InstanceState::Stopped, now, "what if it were lost");
    tell_changes(now);
    plan_.closing = director_.repair_lost(now, out);
    keep_reasons(out);
    run(now);
}

void Rehearsal::run(Instant now) {
    for (int round = 0; round < kMaximumRounds; ++round) {
        if (!settle(now) && !end_what_is_pending(now)) {
            return;
        }
    }
}

// Whether something was ordered.
bool Rehearsal::settle(Instant now) {
    Outbox out;
    std::vector<std::pair<InstanceId, Order>> orders;
    for (auto& order : director_.settle(now, out)) {
        orders.emplace_back(table_.local(), std::move(order));
    }
    for (const auto& command : out.commands()) {
        const auto* send = std::get_if<SendToPeer>(&command);
        const auto* sent = send == nullptr ? nullptr : std::get_if<Orders>(&send->message.payload);
        if (sent != nullptr) {
            for (const auto& order : sent->orders) {
                orders.emplace_back(send->peer, order);
            }
        }
    }
    keep_reasons(out);
    tell_changes(now);
    for (const auto& [target, order] : orders) {
        carry_out(now, target, order);
    }
    return !orders.empty();
}

void Rehearsal::carry_out(Instant now, InstanceId target, const Order& order) {
    const auto id = inventory_.find(order.process);
    if (!id) {
        return;
    }
    const bool is_start = order.kind == OrderKind::Start;
    plan_.steps.push_back(
        {is_start ? Deed::Start : Deed::Stop, order.process, table_.identifier(target)});
    become(now, *id, target, is_start ? ProcessState::Starting : ProcessState::Stopping);
    become(now, *id, target, is_start ? ProcessState::Running : ProcessState::Stopped);
}

// What jobs still wait for once nothing is left to be ordered: the end of a process that is waited
// for, and what was under way in the world before the rehearsal. Whether there was something.
bool Rehearsal::end_what_is_pending(Instant now) {
    bool any = false;
    for (std::uint32_t i = 0; i < inventory_.processes().size(); ++i) {
        const ProcessId id{i};
        const bool starts = director_.starter().is_busy_with(id);
        const bool stops = director_.stopper().is_busy_with(id);
        const auto ordered = inventory_.at(id).ordered_on();
        if (starts && ordered) {
            become(now, id, *ordered, ProcessState::Running);
            any = true;
            continue;
        }
        const auto copies = inventory_.at(id).copies;
        for (const auto& copy : copies) {
            const auto state = copy.record.state;
            if (starts && is_running_like(state)) {
                const bool is_up = state == ProcessState::Running;
                become(now, id, copy.instance,
                       is_up ? ProcessState::Exited : ProcessState::Running);
                any = true;
            } else if (stops && !is_stopped_like(state)) {
                become(now, id, copy.instance, ProcessState::Stopped);
                any = true;
            }
        }
    }
    return any;
}

void Rehearsal::become(Instant now, ProcessId id, InstanceId instance, ProcessState state) {
    const auto* copy = inventory_.at(id).copy_on(instance);
    if (copy == nullptr) {
        return;
    }
    auto record = copy->record;
    record.state = state;
    record.expected = true;
    record.start_ordered = false;
    record.event_instant = record.event_instant + 1_ms;
    inventory_.update(instance, record, now);
    tell_changes(now);
}

void Rehearsal::tell_changes(Instant now) {
    Outbox out;
    for (const auto& change : inventory_.take_changes()) {
        const auto& process = inventory_.at(change.process);
        if (change.kind == Inventory::Change::Kind::Forced && process.forced) {
            plan_.steps.push_back({Deed::Refuse, process.name, {}});
        }
        director_.on_change(now, change, out);
    }
}

void Rehearsal::keep_reasons(const Outbox& out) {
    for (const auto& command : out.commands()) {
        if (const auto* note = std::get_if<Note>(&command)) {
            plan_.reasons.push_back(note->text);
        }
    }
}

}  // namespace sup::core
