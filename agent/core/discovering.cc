#include <algorithm>

#include "agent/core/parts.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

// Those who announce themselves to our multicast group (section 5 of the options).
namespace sup::core {

void AgentCore::Parts::on_announced(Instant now, const Announcement& heard, Outbox& out) {
    if (!settings.discovery) {
        return;
    }
    std::visit(Overloaded{
                   [&](const Discovery::Known&) {
                       table.at(*table.find(heard.identifier)).announced = now;
                   },
                   [](const Discovery::Stale&) {},
                   [&](const Discovery::Candidate&) { take_in(now, heard, out); },
                   [&](const Discovery::Refused& refused) {
                       if (refused.is_news) {
                           out.warning("discovery", refused.reason);
                       }
                   },
               },
               discovery.judge(heard));
}

// From now on it takes part like any other: it is STOPPED until it is heard by the federation's own
// road, and then shakes hands (O-73). Nothing of what it announced is believed beyond its names.
void AgentCore::Parts::take_in(Instant now, const Announcement& heard, Outbox& out) {
    const auto id =
        table.add({heard.identifier, heard.nick, heard.host, heard.http_port}, heard.stereotypes);
    // It is about to come: a Master that completes what lacked for another newcomer waits for it.
    table.at(id).heard = now;
    table.at(id).announced = now;
    if (published_states.size() < table.used_ids()) {
        inventory.add_instance(heard.identifier);
        published_states.push_back(InstanceState::Stopped);
        published_at.emplace_back();
    }
    modes_due = true;
    strangers.erase(heard.identifier);
    out.add(ConnectPeer{id, heard.identifier, heard.host, heard.federation_port});
    out.info("discovery",
             concat(heard.identifier, " is discovered, number ", table.size(), " of the instances",
                    heard.nick == heard.identifier ? "" : concat(", nick ", heard.nick)));
    dirty = true;
    reach = Reach::Everything;
}

// Empty: nothing speaks against forgetting it.
std::string AgentCore::Parts::why_kept(Instant now, InstanceId id) const {
    const auto& instance = table.at(id);
    const auto silence = now - std::max(instance.heard, instance.announced);
    if (id.value < table.listed()) {
        return concat(instance.who.identifier, " is in supvisors_list");
    }
    if (is_active(instance.state)) {
        return concat(instance.who.identifier, " is ", name_of(instance.state));
    }
    if (silence <= settings.inactivity_limit()) {
        return concat(instance.who.identifier, " was heard ", silence.ms, " ms ago");
    }
    return instance.held_until == kNever
               ? std::string()
               : concat("what runs on ", instance.who.identifier, " is not known to be down");
}

// As if it had never been heard: when it announces itself again, it is taken in again.
void AgentCore::Parts::forget(Instant now, InstanceId id, const std::string& why, Outbox& out) {
    settle_changes(now, out);  // what came before it is told while it exists
    inventory.replace_all(id, {}, Inventory::Session::Same, now);
    settle_changes(now, out);
    table.forget(id);
    published_states[id.value] = InstanceState::Stopped;
    published_at[id.value] = {};
    counted.erase(id);
    std::erase(farewell, id);
    modes_due = true;
    out.add(DisconnectPeer{id});
    out.info("discovery", concat(table.identifier(id), " is forgotten: ", why));
    dirty = true;
    reach = Reach::Everything;
}

Answer AgentCore::Parts::on_forget_request(Instant now, const ForgetInstance& request,
                                           Outbox& out) {
    const auto named = table.resolve(request.identifier);
    if (named.size() != 1) {
        return Fault{FaultCode::BadName, request.identifier};
    }
    const auto id = named.front();
    if (const auto reason = why_kept(now, id); !reason.empty()) {
        return Fault{FaultCode::NotApplicable, reason};
    }
    auto others = table.peers();
    std::erase_if(others, [&](InstanceId peer) { return !is_active(table.at(peer).state); });
    postman.broadcast(others, Forget{table.identifier(id)}, out);
    forget(now, id, "asked by a user", out);
    return Done{};
}

// Each has its own reasons to keep it: it may hear what the sender does not.
void AgentCore::Parts::on_forget(Instant now, InstanceId sender, const Forget& forgotten,
                                 Outbox& out) {
    const auto id = table.find(forgotten.identifier);
    if (!id || !table.is_running(sender)) {
        return;
    }
    if (const auto reason = why_kept(now, *id); !reason.empty()) {
        out.warning("discovery", concat(forgotten.identifier, " is not forgotten, as ",
                                        table.identifier(sender), " asks: ", reason));
        return;
    }
    forget(now, *id, concat("asked by a user of ", table.identifier(sender)), out);
}

void AgentCore::Parts::forget_expired(Instant now, Outbox& out) {
    const auto expiry = settings.discovery_expiry;
    if (expiry == Duration{}) {
        return;
    }
    const auto all = table.ids();  // as they are now: each that is forgotten leaves
    for (const auto id : all) {
        const auto& instance = table.at(id);
        if (instance.state != InstanceState::Stopped) {
            continue;  // nor is a fence lifted by time
        }
        const auto last = std::max({instance.heard, instance.announced, instance.since});
        const bool is_due = now - last >= expiry;
        if (is_due && why_kept(now, id).empty()) {
            forget(now, id, concat("not heard for ", expiry.ms / 1000, " s"), out);
        }
    }
}

}  // namespace sup::core
