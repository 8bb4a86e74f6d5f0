#include "agent/core/membership/fences.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/text.h"

namespace sup::core {

bool isolates(const StateModes& modes, const InstanceTable& table, InstanceId other) {
    const auto& states = modes.instance_states;
    if (!states.has(InstanceState::Isolated)) {
        return false;
    }
    const auto& identifier = table.identifier(other);
    if (other.value < states.size() && states.identifier(other.value) == identifier) {
        return states.state(other.value) == InstanceState::Isolated;
    }
    for (std::size_t place = 0; place < states.size(); ++place) {
        if (states.state(place) == InstanceState::Isolated &&
            states.identifier(place) == identifier) {
            return true;
        }
    }
    return false;
}

void Fences::spread(Instant now, const std::string& master, Outbox& out) {
    if (settings_->auto_fence) {
        follow_most(now, out);
        follow_master(now, master, out);
    }
}

void Fences::follow_most(Instant now, Outbox& out) {
    // We vote as well, for the suspect, which has no say. All are found before any is lost, for who
    // is lost votes no more.
    const auto& ballot = table_->ballot();
    const int voters = ballot.voters();
    std::vector<std::pair<InstanceId, int>> suspects;
    for (const auto& identifier : ballot.outcasts()) {
        const auto suspect = table_->find(identifier);
        if (suspect && table_->is_running(*suspect)) {
            suspects.emplace_back(*suspect, ballot.isolated().at(identifier));
        }
    }
    for (const auto& [suspect, fences] : suspects) {
        lose(now, suspect, concat("isolated by ", fences, " of ", voters, " instances"), out);
    }
}

// A look at everybody, so it is taken once a tick, and only when somebody isolates anybody.
void Fences::follow_master(Instant now, const std::string& master, Outbox& out) {
    const auto place = table_->find(master);
    const bool may_be_parted = place && *place != table_->local() && table_->is_running(*place) &&
                               !table_->ballot().isolated().empty();
    if (!may_be_parted) {
        parted_.clear();
        return;
    }
    if (now < next_look_) {
        return;
    }
    next_look_ = now + settings_->tick_period;
    for (const auto peer : table_->peers()) {
        if (!table_->is_running(peer) || !are_parted(*place, peer)) {
            parted_.erase(peer);
        } else if (now - parted_.try_emplace(peer, now).first->second >= patience()) {
            parted_.erase(peer);
            lose(now, peer, concat("it and the Master ", master, " are isolated"), out);
        }
    }
}

// Whom an instance isolates gets nothing from it, and may not know why: one word is enough.
bool Fences::are_parted(InstanceId one, InstanceId other) const {
    return isolates(table_->at(one).modes, *table_, other) ||
           isolates(table_->at(other).modes, *table_, one);
}

void Fences::lose(Instant now, InstanceId suspect, const std::string& reason, Outbox& out) {
    if (suspect != table_->local() && table_->is_running(suspect)) {
        out.warning("membership", concat(table_->identifier(suspect), " is lost: ", reason));
        table_->become(suspect, InstanceState::Failed, now, reason);
    }
}

Instant Fences::next_deadline() const {
    Instant next = kNever;
    for (const auto& [peer, since] : parted_) {
        next = std::min(next, std::max(next_look_, since + patience()));
    }
    return next;
}

}  // namespace sup::core
