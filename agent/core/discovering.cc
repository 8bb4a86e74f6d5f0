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
                   [](const Discovery::Known&) {},
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
    inventory.add_instance(heard.identifier);
    published_states.push_back(InstanceState::Stopped);
    published_at.emplace_back();
    modes_due = true;
    strangers.erase(heard.identifier);
    out.add(ConnectPeer{id, heard.identifier, heard.host, heard.federation_port});
    out.info("discovery",
             concat(heard.identifier, " is discovered, number ", table.size(), " of the instances",
                    heard.nick == heard.identifier ? "" : concat(", nick ", heard.nick)));
    dirty = true;
    reach = Reach::Everything;
}

}  // namespace sup::core
