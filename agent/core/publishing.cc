#include "agent/core/parts.h"

// Telling the peers and the event socket.
namespace sup::core {
namespace {

// Existing clients wait for an instance status every 5 s (events.md section 7).
constexpr Duration kInstancePeriod = 5_s;

}  // namespace

// For one state change always event, process, application, in this order.
void AgentCore::Parts::publish_change(Instant now, const Inventory::Change& change, Outbox& out) {
    const auto application = inventory.at(change.process).application;
    switch (change.kind) {
        case Inventory::Change::Kind::Loaded:
            return;  // merely read at a handshake
        case Inventory::Change::Kind::Event:
            out.add(PublishEvent{make_event_info(view, change.process, change.instance, now)});
            break;
        case Inventory::Change::Kind::Disability:  // alone: no status changes
            out.add(PublishEvent{make_event_info(view, change.process, change.instance, now)});
            return;
        case Inventory::Change::Kind::Forced:
            if (!inventory.at(change.process).forced) {
                return;
            }
            out.add(PublishEvent{make_forced_info(view, change.process, now)});
            break;
        case Inventory::Change::Kind::Removed:
            out.add(PublishEvent{make_event_info(view, change.process, change.instance, now)});
            if (!change.last_copy) {
                out.add(PublishEvent{make_application_info(view, application, now)});
                return;
            }
            break;
        case Inventory::Change::Kind::Lost:
        case Inventory::Change::Kind::Cleared:
            break;
    }
    out.add(PublishEvent{make_process_info(view, change.process, now)});
    out.add(PublishEvent{make_application_info(view, application, now)});
}

void AgentCore::Parts::publish_instances(Outbox& out) {
    for (const auto id : table.take_moved()) {
        const auto state = table.at(id).state;
        if (published_states[id.value] == state) {
            continue;
        }
        published_states[id.value] = state;
        modes_due = true;
        const bool worth_telling =
            state != InstanceState::Checking && state != InstanceState::Checked;
        if (worth_telling) {
            out.add(PublishEvent{make_instance_info(view, id)});
        }
    }
}

void AgentCore::Parts::publish_modes(Instant now, Outbox& out) {
    auto own = make_own_modes(view);
    if (own == published_modes) {
        return;  // the table of instances goes with the next tick
    }
    published_modes = std::move(own);
    modes_due = false;
    postman.set_term(governor.term());
    postman.publish(make_state_modes(view), out);
    out.add(PublishEvent{make_supvisors_info(view, now)});
}

void AgentCore::Parts::send_tick(Instant now, std::span<const InstanceId> peers, Outbox& out) {
    const auto& self = table.at(table.local());
    auto tick = self.tick;
    tick.instant = now;
    tick.wall = {now.ms + view.wall_offset_ms};
    tick.digest = inventory.digest(table.local());
    postman.broadcast(peers, tick, out);
}

void AgentCore::Parts::tick(Instant now, Outbox& out) {
    next_tick = next_tick + settings.tick_period;
    if (next_tick <= now) {
        next_tick = now + settings.tick_period;
    }
    if (!local_is_active()) {
        return;
    }
    ++tick_counter;
    forget_expired(now, out);
    auto& self = table.at(table.local());
    self.tick.counter = tick_counter - 1;
    self.tick.instant = now;
    self.tick.wall = {now.ms + view.wall_offset_ms};
    self.tick_received = now;
    self.tick_received_counter = self.tick.counter;
    self.heard = now;
    if (modes_due) {
        modes_due = false;
        published_modes = make_own_modes(view);
        postman.publish(make_state_modes(view), out);
        out.add(PublishEvent{make_supvisors_info(view, now)});
    }
    std::vector<InstanceId> peers;
    for (const auto peer : table.peers()) {
        if (table.at(peer).state != InstanceState::Isolated) {
            peers.push_back(peer);
        }
    }
    send_tick(now, peers, out);
    if (settings.discovery) {
        out.add(Announce{discovery.next_own()});
    }
    for (const auto id : table.ids()) {
        const bool heard = id == table.local() || is_active(table.at(id).state);
        if (heard && now - published_at[id.value] >= kInstancePeriod) {
            published_at[id.value] = now;
            out.add(PublishEvent{make_instance_info(view, id)});
        }
    }
}

}  // namespace sup::core
