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
    SUP_CHECK(discovered.peer.value == peers_.size(), "peers are numbered without a gap");
    meet(discovered.identifier);
    if (const auto place = peers_.back()) {
        links_.connect(*place);
    }
}

// Nothing, when its agent has not met the peer.
void InstanceModel::on_link(std::size_t peer, core::LinkState state) {
    const auto known = std::find(peers_.begin(), peers_.end(), std::optional(peer));
    if (known != peers_.end()) {
        const auto id = static_cast<std::uint32_t>(known - peers_.begin());
        step(core::PeerLinkChanged{{id}, state});
    }
}

}  // namespace sup::sim
