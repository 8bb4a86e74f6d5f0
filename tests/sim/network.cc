#include "tests/sim/network.h"

#include <algorithm>

namespace sup::sim {
namespace {

constexpr std::int64_t kShortestMs = 1;
constexpr std::uint64_t kSpreadMs = 3;
constexpr std::uint64_t kDisorderMs = 40;

}  // namespace

void Network::send(std::size_t from, std::size_t to, const Message& message) {
    const Road road(from, to);
    if (cuts_.contains(road) || happens(weather_.loss)) {
        return;
    }
    carry(road, message);
    if (happens(weather_.duplicates)) {
        carry(road, message);
    }
}

void Network::carry(const Road& road, const Message& message) {
    auto arrival = schedule_->now() + Duration{kShortestMs} + spread(road);
    if (const auto delay = delays_.find(road); delay != delays_.end()) {
        arrival = arrival + delay->second;
    }
    if (happens(weather_.disorder)) {
        arrival = arrival + Duration{static_cast<std::int64_t>(rng_.below(kDisorderMs))};
    } else {
        auto& last = last_arrival_[road];
        last = arrival = std::max(arrival, last);
    }
    schedule_->at(arrival, [this, road, message] {
        if (!cuts_.contains(road)) {
            deliver_(road.first, road.second, message);
        }
    });
}

// The same for all that enters the road at one instant: a message more changes nothing for others.
Duration Network::spread(const Road& road) const {
    const auto entry = static_cast<std::uint64_t>(schedule_->now().ms) << 20U;
    Rng rng(seed_ ^ entry ^ road.first << 10U ^ road.second);
    return Duration{static_cast<std::int64_t>(rng.below(kSpreadMs))};
}

bool Network::is_calm() const {
    return cuts_.empty() && delays_.empty() && weather_ == Weather{};
}

void Network::heal() {
    cuts_.clear();
    delays_.clear();
    last_arrival_.clear();
    weather_ = {};
}

}  // namespace sup::sim
