#include "agent/core/membership/instance_table.h"

#include <algorithm>
#include <utility>

#include "agent/core/federation/transitions.h"
#include "common/base/check.h"

namespace sup::core {

InstanceTable::InstanceTable(const Settings& settings)
    : local_(settings.local), listed_(settings.instances.size()) {
    SUP_CHECK(settings.local.value < settings.instances.size(),
              "the local instance is in the list");
    std::vector<std::string> identifiers;
    for (const auto& who : settings.instances) {
        Instance instance;
        instance.who = who;
        const InstanceId id{static_cast<std::uint32_t>(instances_.size())};
        index_.insert(who.identifier, id);
        list(id);
        places_.push_back(instances_.size());
        instances_.push_back(std::move(instance));
        identifiers.push_back(who.identifier);
    }
    counts_[index_of(InstanceState::Stopped)] = instances_.size();
    states_ = InstanceStates(std::move(identifiers));
    auto& self = instances_[local_.value];
    self.identity.nick = self.who.nick;
    self.identity.node = settings.node;
    self.identity.api_port = settings.api_port != 0 ? settings.api_port : self.who.http_port;
    self.identity.stereotypes = settings.stereotypes;
    self.identity.network = settings.network;
    self.identity.options = settings.shared_options;
}

InstanceId InstanceTable::add(InstanceDescription who, std::vector<std::string> stereotypes) {
    Instance instance;
    instance.identity.nick = who.nick;
    instance.identity.stereotypes = std::move(stereotypes);
    instance.who = std::move(who);
    InstanceId id{static_cast<std::uint32_t>(instances_.size())};
    if (const auto former = forgotten_.extract(instance.who.identifier)) {
        id = former.mapped();
        at(id) = std::move(instance);
    } else {
        instances_.push_back(std::move(instance));
        places_.emplace_back();
    }
    index_.insert(identifier(id), id);
    places_[id.value] = states_.size();
    states_ = states_.with_another(identifier(id));
    list(id);
    ++counts_[index_of(InstanceState::Stopped)];
    ++changes_;
    return id;
}

void InstanceTable::forget(InstanceId id) {
    auto& instance = at(id);
    SUP_CHECK(id.value >= listed_ && !is_active(instance.state),
              "who is forgotten was discovered, and takes no part");
    --counts_[index_of(instance.state)];
    lost_ -= instance.lost_since == kNever ? 0 : 1;
    forgotten_.emplace(instance.who.identifier, id);
    std::erase(moved_, id);
    auto who = std::move(instance.who);
    instance = {};
    instance.who = std::move(who);
    const auto place = places_[id.value];
    states_ = states_.without(place);
    std::erase(ids_, id);
    std::erase(peers_, id);
    index_.clear();
    for (const auto left : ids_) {
        index_.insert(identifier(left), left);
    }
    for (auto& other : places_) {
        other -= other > place ? 1 : 0;
    }
    ++changes_;
}

void InstanceTable::list(InstanceId id) {
    const auto insert = [id](std::vector<InstanceId>& ids) {
        ids.insert(std::lower_bound(ids.begin(), ids.end(), id), id);
    };
    insert(ids_);
    if (id != local_) {
        insert(peers_);
    }
}

std::optional<InstanceId> InstanceTable::find(std::string_view name) const {
    return index_.find(name, [&](InstanceId id) { return identifier(id) == name; });
}

std::vector<InstanceId> InstanceTable::resolve(std::string_view name) const {
    if (const auto id = find(name)) {
        return {*id};
    }
    std::vector<InstanceId> members;
    for (const auto id : ids()) {
        if (at(id).who.nick == name) {
            return {id};
        }
        const auto& stereotypes = at(id).identity.stereotypes;
        if (std::find(stereotypes.begin(), stereotypes.end(), name) != stereotypes.end()) {
            members.push_back(id);
        }
    }
    return members;
}

std::vector<InstanceId> InstanceTable::resolve_all(std::span<const std::string> names) const {
    std::vector<InstanceId> all;
    for (const auto& name : names) {
        for (const auto id : resolve(name)) {
            if (std::find(all.begin(), all.end(), id) == all.end()) {
                all.push_back(id);
            }
        }
    }
    return all;
}

void InstanceTable::become(InstanceId id, InstanceState state, Instant now, std::string reason) {
    auto& instance = at(id);
    SUP_CHECK(is_allowed(instance.state, state) || id == local_,
              "an instance changes its state along its table");
    const bool votes = id != local_;
    if (instance.state == InstanceState::Running) {
        lost_ += instance.lost_since == kNever ? 1 : 0;
        instance.lost_since = now;
        votes ? ballot_.remove(instance.modes) : void();
    }
    if (state == InstanceState::Running) {
        lost_ -= instance.lost_since == kNever ? 0 : 1;
        instance.lost_since = kNever;
        votes ? ballot_.add(instance.modes) : void();
    }
    if (id.value < listed_) {
        listed_running_ -= instance.state == InstanceState::Running ? 1 : 0;
        listed_running_ += state == InstanceState::Running ? 1 : 0;
    }
    --counts_[index_of(instance.state)];
    ++counts_[index_of(state)];
    states_.set(places_[id.value], state);
    moved_.push_back(id);
    instance.state = state;
    instance.since = now;
    instance.reason = std::move(reason);
    if (state == InstanceState::Stopped || state == InstanceState::Isolated) {
        set_modes(id, {});
        instance.deaf_since = kNever;
        instance.accepted = false;
        instance.next_sequence = 0;
    }
    ++changes_;
}

void InstanceTable::set_modes(InstanceId peer, StateModes modes) {
    auto& instance = at(peer);
    const bool votes = peer != local_ && instance.state == InstanceState::Running;
    if (votes) {
        ballot_.replace(instance.modes, modes);
    }
    instance.modes = std::move(modes);
}

std::vector<InstanceId> InstanceTable::take_moved() {
    std::sort(moved_.begin(), moved_.end());
    moved_.erase(std::unique(moved_.begin(), moved_.end()), moved_.end());
    return std::exchange(moved_, {});
}

}  // namespace sup::core
