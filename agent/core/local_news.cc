#include <algorithm>
#include <utility>

#include "agent/core/parts.h"
#include "common/base/text.h"

// What the local supervisord told, applied to ourselves first, then told to the peers (B-5).
namespace sup::core {

void AgentCore::Parts::take_local_news(Instant now, Outbox& out) {
    while (supervisor.has_news()) {
        dirty = true;
        for (const auto& news : supervisor.take_news()) {
            std::visit([&](const auto& one) { on_local(now, one, out); }, news);
        }
    }
    settle_orphans(now, out);
}

void AgentCore::Parts::on_local(Instant now, const LocalSnapshot& news, Outbox& out) {
    const auto local = table.local();
    auto& self = table.at(local);
    self.identity.supervisor = supervisor.session();
    if (stop_asked) {
        return;
    }
    if (self.state == InstanceState::Stopped) {
        inventory.replace_all(
            local, news.records,
            news.other_session ? Inventory::Session::Other : Inventory::Session::Same, now);
        table.become(local, InstanceState::Checking, now, "its processes are read");
        table.become(local, InstanceState::Checked, now, "its processes are known");
        next_tick = now;
        doubt_peers(now);
        programs.on_read(out);
        return;
    }
    std::set<ProcessName> present;
    for (const auto& record : news.records) {
        present.insert(record.process);
        const auto id = inventory.find(record.process);
        const auto* copy = id ? inventory.at(*id).copy_on(local) : nullptr;
        if (copy == nullptr || !(copy->record == record)) {
            on_local(now, LocalChange{record}, out);
        }
    }
    std::vector<ProcessName> vanished;
    for (const auto& process : inventory.processes()) {
        if (process.copy_on(local) != nullptr && !present.contains(process.name)) {
            vanished.push_back(process.name);
        }
    }
    for (auto& name : vanished) {
        on_local(now, LocalRemoval{std::move(name)}, out);
    }
}

// What we know of the others is from before we left: true until they meet us, and no longer than
// that takes. Whoever has gone for good meanwhile runs nothing here any more.
void AgentCore::Parts::doubt_peers(Instant now) {
    for (const auto peer : table.peers()) {
        const auto& instance = table.at(peer);
        if (instance.heard_once && !is_active(instance.state) && instance.held_until == kNever) {
            liveness.hold(peer, now + settings.inactivity_limit());
        }
    }
}

void AgentCore::Parts::on_local(Instant now, const LocalChange& news, Outbox& out) {
    inventory.update(table.local(), news.record, now);
    tell(ProcessChanged{news.record}, out);
}

void AgentCore::Parts::on_local(Instant now, const LocalRemoval& news, Outbox& out) {
    settle_changes(now, out);  // what came before it is told while it exists
    inventory.remove(table.local(), news.process, now);
    tell(ProcessRemoved{news.process}, out);
}

void AgentCore::Parts::on_local(Instant, const LocalOrderDone& news, Outbox& out) {
    if (Desk::is_own(news.order)) {
        desk.on_order_done(news, out);
        return;
    }
    if (const auto own = order_desk.on_done(news, table.local(), out)) {
        director.on_result(*own);
    }
}

void AgentCore::Parts::on_local(Instant now, const LocalGroupStep& news, Outbox&) {
    programs.on_group_step(now, news);
}

void AgentCore::Parts::on_local(Instant now, const LocalStopping&, Outbox& out) {
    if (local_is_active()) {
        leave(now, GoodbyeReason::SupervisorStops, kOrderlyStop, out);
    }
}

void AgentCore::Parts::on_local(Instant now, const LocalGone& news, Outbox& out) {
    orphans.begin(now);
    for (const auto& orphan : news.orphans) {
        orphans.adopt(now, orphan.record, fate_of(orphan.record.process), out);
    }
    if (local_is_active()) {
        leave(now, GoodbyeReason::SupervisorLost, orphans.drain(), out);
    }
}

Orphans::Fate AgentCore::Parts::fate_of(const ProcessName& process) const {
    const auto id = inventory.find(process);
    const bool managed = id && inventory.at(inventory.at(*id).application).rules.managed;
    return managed && settings.kill_orphans ? Orphans::Fate::End : Orphans::Fate::Keep;
}

// One that we thought to be down was spawned in the last instant of its supervisord.
void AgentCore::Parts::on_orphans_found(Instant now, const OrphansFound& found, Outbox& out) {
    for (const auto& stranger : orphans.on_found(now, found, out)) {
        const auto id = inventory.find(stranger.process);
        const auto* copy = id ? inventory.at(*id).copy_on(table.local()) : nullptr;
        if (copy == nullptr) {
            continue;  // not one of ours
        }
        out.warning("orphans", concat(namespec_of(stranger.process),
                                      " was just being started when its supervisord died: pid ",
                                      stranger.pid));
        auto record = copy->record;
        record.pid = stranger.pid;
        orphans.adopt_unknown(now, std::move(record), fate_of(stranger.process), out);
    }
}

void AgentCore::Parts::on_local(Instant, const LocalPidEnded& news, Outbox&) {
    orphans.on_pid_ended(news.pid);
}

// Tells everybody at once: nobody waits for a time-out, and nothing is started elsewhere before it
// is down here. What we know of the others ends with our part in the federation: they are met anew
// when we are back.
void AgentCore::Parts::leave(Instant now, GoodbyeReason reason, Duration drain, Outbox& out) {
    farewell.clear();
    for (const auto peer : table.peers()) {
        if (is_active(table.at(peer).state)) {
            farewell.push_back(peer);
        }
    }
    postman.broadcast(farewell, Goodbye{reason, drain}, out);
    const auto why = reason == GoodbyeReason::AgentStops       ? "the agent stops"
                     : reason == GoodbyeReason::SupervisorLost ? "its supervisord died"
                                                               : "its supervisord stops";
    table.become(table.local(), InstanceState::Stopped, now, why);
    for (const auto peer : farewell) {
        drop_peer(now, peer, "we left the federation");
    }
}

// A publication, or its continuation for those who wait for the end of what runs here.
void AgentCore::Parts::tell(Payload publication, Outbox& out) {
    if (local_is_active()) {
        postman.publish(std::move(publication), out);
    } else {
        postman.broadcast(farewell, std::move(publication), out);
    }
}

// Who is back while we are away was not there for our good-bye, and may have forgotten what it knew
// of us: it would start what still runs here. Said at each of its ticks, for any may be lost.
void AgentCore::Parts::warn_of_orphans(InstanceId peer, Outbox& out) {
    if (local_is_active() || orphans.is_empty()) {
        return;
    }
    const auto orphaned = orphans.awaited();
    if (orphaned.empty()) {
        return;
    }
    if (std::find(farewell.begin(), farewell.end(), peer) == farewell.end()) {
        farewell.push_back(peer);
    }
    postman.send(peer, Goodbye{GoodbyeReason::SupervisorLost, orphans.drain()}, out);
    for (const auto& record : orphaned) {
        postman.send(peer, ProcessChanged{record}, out);
    }
}

// Each orphan that is down is told as lost; when the last one is, an agent that its supervisord had
// started has nothing left to do.
void AgentCore::Parts::settle_orphans(Instant now, Outbox& out) {
    for (auto& record : orphans.take_ended()) {
        // The supervisord that is here by now may run another copy: its news are those that count.
        const auto id = inventory.find(record.process);
        const auto* copy = id ? inventory.at(*id).copy_on(table.local()) : nullptr;
        if (supervisor.is_up() && copy != nullptr && copy->record.pid != record.pid &&
            !is_stopped_like(copy->record.state)) {
            continue;
        }
        dirty = true;
        record.spawn_error = concat("Supervisor ", table.identifier(table.local()), " lost");
        record.state = ProcessState::Fatal;
        record.expected = false;
        record.pid = 0;
        record.event_instant = now;
        inventory.lose_one(table.local(), record, now);
        tell(ProcessChanged{record}, out);
    }
    const bool orphaned =
        !supervisor.is_up() && !local_is_active() && supervisor.session().pid == 0;
    if (settings.run_by_supervisor && orphaned && tick_counter > 0 && orphans.is_empty() &&
        !terminated) {
        terminated = true;
        out.add(Terminate{"supervisord, which started this agent, is dead"});
    }
}

}  // namespace sup::core
