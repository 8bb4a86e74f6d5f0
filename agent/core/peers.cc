#include <utility>

#include "agent/core/parts.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

// What peers say: who may speak, what is missing, what is believed.
namespace sup::core {
namespace {

constexpr Duration kSnapshotPatience = 1_s;
constexpr std::size_t kMaximumStrangers = 64;

bool is_about_processes(const Payload& payload) {
    return std::holds_alternative<ProcessChanged>(payload) ||
           std::holds_alternative<ProcessRemoved>(payload) ||
           std::holds_alternative<ProcessForced>(payload);
}

}  // namespace

void AgentCore::Parts::on_message(Instant now, const Message& message, Outbox& out) {
    const auto peer = table.find(message.sender);
    if (!peer || *peer == table.local()) {
        if (strangers.size() < kMaximumStrangers && strangers.insert(message.sender).second) {
            const auto why =
                settings.discovery ? "it was not discovered yet" : "it is not in supvisors_list";
            const auto text = concat("message of '", message.sender, "' ignored: ", why);
            // Mutual discovery takes a tick: whoever heard us first speaks too early.
            settings.discovery ? out.info("federation", text) : out.error("federation", text);
        }
        return;
    }
    const auto changes = table.changes();
    const auto commands = out.commands().size();
    if (!admit(now, *peer, message, out)) {
        reach = table.changes() == changes ? Reach::Nothing : Reach::Everything;
        return;
    }
    deliver(now, *peer, message, out);
    if (table.changes() != changes || out.commands().size() != commands) {
        reach = Reach::Everything;
    } else if (std::holds_alternative<Tick>(message.payload)) {
        reach = Reach::Nothing;
        return;
    } else if (is_about_processes(message.payload)) {
        reach = Reach::Processes;
    }
    dirty = true;
}

void AgentCore::Parts::deliver(Instant now, InstanceId sender, const Message& message,
                               Outbox& out) {
    std::visit(
        Overloaded{
            [&](const Tick&) { on_tick(now, sender, message, out); },
            [&](const Hello& hello) {
                expect_session(now, sender, hello.identity.supervisor, out);
                if (handshake.on_hello(now, sender, hello, out)) {
                    send_snapshot(sender, out);
                }
            },
            [&](const HelloAnswer& answer) { handshake.on_answer(now, sender, answer, out); },
            [&](const StateModes&) { on_publication(now, sender, message, out); },
            [&](const ProcessChanged&) { on_publication(now, sender, message, out); },
            [&](const ProcessRemoved&) { on_publication(now, sender, message, out); },
            [&](const IntentChanged&) { on_publication(now, sender, message, out); },
            [&](const ProcessForced&) { on_publication(now, sender, message, out); },
            [&](const SnapshotRequest&) { send_snapshot(sender, out); },
            [&](const Snapshot&) { on_snapshot(now, sender, message, out); },
            [&](const Probe& probe) { liveness.on_probe(now, sender, probe, out); },
            [&](const ProbeAnswer& answer) { liveness.on_probe_answer(now, sender, answer, out); },
            [&](const Goodbye& goodbye) { liveness.on_goodbye(now, sender, goodbye, out); },
            [&](const Orders& orders) { on_orders(sender, message, orders, out); },
            [&](const OrderResults& results) {
                for (const auto& result : results.results) {
                    director.on_result(result);
                }
            },
            [&](const ForwardedRequest& request) { desk.on_forwarded(sender, request, out); },
            [&](const ForwardedAnswer& answer) { desk.on_forwarded_answer(now, answer, out); },
            [&](const RemoteCall& call) { remote_calls.on_call(sender, call, out); },
            [&](const RemoteAnswer& answer) { remote_calls.on_answer(sender, answer, out); },
            [&](const Forget& forgotten) { on_forget(now, sender, forgotten, out); },
        },
        message.payload);
}

// A late message of a run that is over (D-38). A lesser id is an earlier run, unless a clock was
// set back: then the greater one has fallen silent.
bool AgentCore::Parts::is_from_a_former_run(Instant now, const Instance& instance,
                                            BootId boot) const {
    if (instance.boot == 0 || boot == instance.boot) {
        return false;
    }
    const bool is_silent = now - instance.heard > settings.inactivity_limit();
    return boot == instance.former_boot || (boot < instance.boot && !is_silent);
}

// Sessions: which run of the peer's agent speaks, and whether it speaks to this run of ours.
bool AgentCore::Parts::admit(Instant now, InstanceId peer, const Message& message, Outbox& out) {
    auto& instance = table.at(peer);
    if (message.receiver_boot != 0 && message.receiver_boot != birth.boot) {
        return false;
    }
    if (is_from_a_former_run(now, instance, message.sender_boot)) {
        return false;
    }
    if (message.sender_boot != instance.boot) {
        if (instance.boot != 0) {
            liveness.on_restarted(now, peer, "its agent restarted", out);
            settle_failed(now, out);
        }
        instance.former_boot = std::exchange(instance.boot, message.sender_boot);
        instance.not_before = {};
        if (instance.state == InstanceState::Isolated && instance.isolation != Isolation::Fenced) {
            instance.isolation = Isolation::None;
            table.become(peer, InstanceState::Stopped, now, "its agent restarted");
        }
    }
    liveness.on_heard(now, peer);
    const bool isolated = instance.state == InstanceState::Isolated;
    return !isolated || std::holds_alternative<Hello>(message.payload);
}

void AgentCore::Parts::on_tick(Instant now, InstanceId peer, const Message& message, Outbox& out) {
    auto& instance = table.at(peer);
    instance.tick = std::get<Tick>(message.payload);
    instance.tick_received = now;
    instance.tick_received_counter = tick_counter;
    warn_of_orphans(peer, out);
    handshake.on_heard(now, peer, out);
    if (instance.next_sequence == 0) {
        // Also in a handshake that lacks nothing else: the snapshot may have been lost.
        if (is_active(instance.state) &&
            (instance.state != InstanceState::Checking || instance.accepted)) {
            ask_snapshot(now, peer, out);
        }
        return;
    }
    if (message.sequence >= instance.next_sequence) {
        out.info("federation",
                 concat("the last publications of ", instance.who.identifier, " are missing"));
        ask_snapshot(now, peer, out);
    } else if (instance.tick.digest != inventory.digest(peer)) {
        out.warning("federation", concat("what we hold of ", instance.who.identifier,
                                         " is not what it published"));
        ask_snapshot(now, peer, out);
    }
}

void AgentCore::Parts::ask_snapshot(Instant now, InstanceId peer, Outbox& out) {
    auto& instance = table.at(peer);
    instance.next_sequence = 0;
    liveness.on_snapshot_asked(now, peer);
    if (now - instance.snapshot_asked >= kSnapshotPatience || instance.snapshot_asked.ms == 0) {
        instance.snapshot_asked = now;
        postman.send(peer, SnapshotRequest{}, out);
    }
}

void AgentCore::Parts::send_snapshot(InstanceId peer, Outbox& out) const {
    Snapshot snapshot;
    snapshot.modes = make_state_modes(view);
    for (const auto& process : inventory.processes()) {
        if (const auto* copy = process.copy_on(table.local())) {
            snapshot.processes.push_back(copy->record);
        }
    }
    snapshot.intents = director.intents().all();
    snapshot.intents_term = director.intents().term();
    postman.send(peer, std::move(snapshot), out);
}

// Whether the publication is the next one of its stream. A later one means that some are missing.
bool AgentCore::Parts::in_sequence(Instant now, InstanceId peer, const Message& message,
                                   Outbox& out) {
    auto& instance = table.at(peer);
    if (instance.next_sequence == 0 || message.sequence < instance.next_sequence) {
        return false;
    }
    if (message.sequence > instance.next_sequence) {
        out.info("federation",
                 concat("publications ", instance.next_sequence, " to ", message.sequence - 1,
                        " of ", instance.who.identifier, " are missing"));
        ask_snapshot(now, peer, out);
        return false;
    }
    ++instance.next_sequence;
    return true;
}

bool AgentCore::Parts::is_our_master(InstanceId peer) const {
    return governor.master_id() == peer;
}

void AgentCore::Parts::on_publication(Instant now, InstanceId peer, const Message& message,
                                      Outbox& out) {
    auto& instance = table.at(peer);
    if (instance.draining && instance.state == InstanceState::Stopped) {
        if (const auto* changed = std::get_if<ProcessChanged>(&message.payload)) {
            on_draining_news(now, peer, changed->record);
        }
        return;
    }
    if (!in_sequence(now, peer, message, out)) {
        return;
    }
    if (const auto* modes = std::get_if<StateModes>(&message.payload)) {
        if (!has_left(now, peer, *modes, out)) {
            take_modes(peer, *modes);
        }
    } else if (const auto* changed = std::get_if<ProcessChanged>(&message.payload)) {
        inventory.update(peer, changed->record, now);
    } else if (const auto* removed = std::get_if<ProcessRemoved>(&message.payload)) {
        inventory.remove(peer, removed->process, now);
    } else if (const auto* intent = std::get_if<IntentChanged>(&message.payload)) {
        if (tells_what_is_wanted(peer, message)) {
            director.intents().set(intent->intent);
            director.intents().confirm(message.term, message.sender);
            if (const auto process = inventory.find(intent->intent.process)) {
                inventory.settle_lost(*process);  // the Master has dealt with it
            }
        } else if (governor.is_in_charge() && is_its_own_master(peer)) {
            // The last words before it gives up for us.
            director.adopt({intent->intent}, message.term, out);
        }
    } else if (const auto* forced = std::get_if<ProcessForced>(&message.payload)) {
        const auto target = table.find(forced->identifier);
        if (is_our_master(peer) || target == peer) {
            inventory.force(*forced, target);
        }
    }
}

// An instance that leaves tells of each process how it ended: then it may start elsewhere (D-33).
// Whom it meets meanwhile it tells what still runs there.
void AgentCore::Parts::on_draining_news(Instant now, InstanceId peer, const ProcessRecord& record) {
    const auto known = inventory.find(record.process);
    const auto* copy = known ? inventory.at(*known).copy_on(peer) : nullptr;
    const bool is_old = copy != nullptr && record.event_instant < copy->record.event_instant;
    const bool is_news = copy == nullptr || is_stopped_like(copy->record.state);
    if (is_running_like(record.state) && is_news && !is_old) {
        inventory.update(peer, record, now);
    }
    if (!is_stopped_like(record.state)) {
        return;
    }
    auto lost = record;
    lost.spawn_error = concat("Supervisor ", table.identifier(peer), " lost");
    inventory.lose_one(peer, lost, now);
}

// Who takes part and is OFF has left, and its good-bye was lost: what it ran ends now.
bool AgentCore::Parts::has_left(Instant now, InstanceId peer, const StateModes& modes,
                                Outbox& out) {
    if (!table.is_running(peer) || modes.fsm != FsmState::Off) {
        return false;
    }
    liveness.on_goodbye(now, peer, {GoodbyeReason::SupervisorStops, kOrderlyStop}, out);
    return true;
}

// Who takes part and speaks for another supervisord has left and is back: its good-bye was lost.
void AgentCore::Parts::expect_session(Instant now, InstanceId peer,
                                      const SupervisorSession& session, Outbox& out) {
    const auto& known = table.at(peer).session;
    const bool is_other = known.pid != 0 && session.pid != 0 && !(known == session);
    if (is_other && table.is_running(peer)) {
        liveness.on_restarted(now, peer, "its supervisord restarted", out);
        settle_failed(now, out);
    }
}

// As it said last.
bool AgentCore::Parts::is_its_own_master(InstanceId peer) const {
    return table.at(peer).modes.master == table.identifier(peer);
}

// Our Master does; and while none is at work, whose word we hold: it may give up before we know it.
bool AgentCore::Parts::tells_what_is_wanted(InstanceId peer, const Message& message) const {
    return is_our_master(peer) || (!governor.has_master_at_work() && is_its_own_master(peer) &&
                                   director.intents().is_word_of(message.sender, message.term));
}

// What is wanted is said by the Master at work; while there is none, by who has heard it last. Two
// federations may be about to become one: what the other's Master wants holds once it is ours.
bool AgentCore::Parts::believes(InstanceId peer, const Snapshot& snapshot) const {
    const bool from_master = is_its_own_master(peer);
    if (governor.has_master_at_work()) {
        return from_master && is_our_master(peer);
    }
    // What one that was frozen knows is better than nothing.
    const bool knows_more = director.intents().all().empty() && !snapshot.intents.empty();
    return from_master || knows_more || snapshot.intents_term > director.intents().term();
}

// One whose term has grown, and is less than ours, has obeyed another Master meanwhile: what that
// one had done there is looked at anew.
void AgentCore::Parts::take_modes(InstanceId peer, const StateModes& modes) {
    if (modes.term > table.at(peer).modes.term && modes.term < governor.term()) {
        counted.erase(peer);
    }
    table.set_modes(peer, modes);
}

void AgentCore::Parts::on_snapshot(Instant now, InstanceId peer, const Message& message,
                                   Outbox& out) {
    auto& instance = table.at(peer);
    const bool expected = (instance.state == InstanceState::Checking && instance.accepted) ||
                          instance.state == InstanceState::Checked ||
                          instance.state == InstanceState::Running;
    if (!expected) {
        return;
    }
    const bool is_newcomer = instance.state == InstanceState::Checking;
    const auto& snapshot = std::get<Snapshot>(message.payload);
    if (has_left(now, peer, snapshot.modes, out)) {
        return;
    }
    take_modes(peer, snapshot.modes);
    liveness.on_snapshot(peer);
    instance.next_sequence = message.sequence + 1;
    instance.snapshot_asked = {};
    const bool other =
        instance.session.pid != 0 && !(instance.session == instance.identity.supervisor);
    inventory.replace_all(peer, snapshot.processes,
                          other ? Inventory::Session::Other : Inventory::Session::Same, now);
    instance.session = instance.identity.supervisor;
    instance.held_until = kNever;
    instance.draining = false;
    if (believes(peer, snapshot)) {
        // A Master that dies while it tells what it was asked for may have told us alone.
        if (is_our_master(peer) && director.intents().says_more_than(snapshot.intents)) {
            send_snapshot(peer, out);
        }
        director.intents().replace(snapshot.intents, snapshot.intents_term,
                                   is_its_own_master(peer) ? message.sender : std::string());
    } else if (governor.is_in_charge() && (is_newcomer || is_its_own_master(peer))) {
        director.adopt(snapshot.intents, snapshot.intents_term, out);
    } else if (governor.is_in_charge() && director.adopt_unheard(snapshot.intents, out)) {
        out.info("federation", concat("of what a former Master wanted, ", table.identifier(peer),
                                      " knows more than we do"));
        counted.erase(peer);  // what it told us of is looked at anew
    }
    if (is_newcomer) {
        agree_on_arguments(peer, out);
    }
    handshake.on_snapshot(now, peer, out);
}

void AgentCore::Parts::on_orders(InstanceId peer, const Message& message, const Orders& orders,
                                 Outbox& out) {
    // From the moment on at which we declare another Master, what the former one asks is too late:
    // the new one counts on what it knows of us.
    const auto& master = governor.master();
    if (!master.empty() && master != table.identifier(peer)) {
        order_desk.refuse(peer, orders.orders,
                          concat("the Master here is ", master, ", not ", table.identifier(peer)),
                          out);
        return;
    }
    // Not yet met, or met anew after a freeze: what it asked before has been given up since, what
    // it still wants it repeats.
    const auto& sender = table.at(peer);
    if (sender.state != InstanceState::Checked && sender.state != InstanceState::Running &&
        !sender.accepted) {
        return;
    }
    if (!governor.accept_term(message.term)) {
        order_desk.refuse(peer, orders.orders,
                          concat("term ", message.term, " of ", table.identifier(peer),
                                 " is over, ours is ", governor.term()),
                          out);
        return;
    }
    order_desk.on_orders({peer, message.sender_boot}, orders.orders, out);
}

}  // namespace sup::core
