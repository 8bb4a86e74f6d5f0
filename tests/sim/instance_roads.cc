#include <algorithm>

#include "common/base/check.h"
#include "tests/sim/instance_model.h"

// Whom an instance knows: its core numbers them by itself, the fleet by their places.
namespace sup::sim {

void InstanceModel::meet(const std::string& identifier) {
    peers_.push_back(links_.place_of(identifier));
}

void InstanceModel::send(std::span<const InstanceId> to, const Message& message) const {
    std::vector<std::size_t> places;
    for (const auto peer : to) {
        if (const auto place = peers_.at(peer.value)) {
            places.push_back(*place);
        }
    }
    links_.send(places, message);
}

void InstanceModel::connect(const core::ConnectPeer& discovered) {
    const auto id = discovered.peer.value;
    SUP_CHECK(id <= peers_.size(), "peers are numbered without a gap");
    peers_.resize(std::max<std::size_t>(peers_.size(), id + 1));
    peers_[id] = links_.place_of(discovered.identifier);
    if (const auto place = peers_[id]) {
        links_.connect(*place);
    }
}

void InstanceModel::disconnect(const core::DisconnectPeer& forgotten) {
    peers_.at(forgotten.peer.value).reset();
}

// Nothing, when its agent has not met the peer.
void InstanceModel::on_link(std::size_t peer, core::LinkState state) {
    const auto known = std::find(peers_.begin(), peers_.end(), std::optional(peer));
    if (known != peers_.end()) {
        const auto id = static_cast<std::uint32_t>(known - peers_.begin());
        step(core::PeerLinkChanged{{id}, state});
    }
}

bool InstanceModel::has_quorum() const {
    if (settings().no_quorum_policy == NoQuorumPolicy::Ignore || !settings().list_is_set) {
        return true;
    }
    const auto states = queries().supvisors_state().instance_states;
    const auto& listed = settings().instances;
    const auto running = std::count_if(listed.begin(), listed.end(), [&](const auto& one) {
        const auto found = states.find(one.identifier);
        return found != states.end() && found->second == name_of(InstanceState::Running);
    });
    return static_cast<std::size_t>(running) * 2 > listed.size();
}

}  // namespace sup::sim
