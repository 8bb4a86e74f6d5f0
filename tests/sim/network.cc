#include "tests/sim/network.h"

#include <algorithm>

namespace sup::sim {
namespace {

constexpr std::int64_t kShortestMs = 1;
constexpr std::uint64_t kSpreadMs = 3;
constexpr std::uint64_t kDisorderMs = 40;

}  // namespace

void Network::send(std::size_t from, std::size_t to, const Sent& parcel) {
    const Road road(from, to);
    if (is_cut(road) || happens(weather_.loss)) {
        return;
    }
    carry(road, parcel);
    if (happens(weather_.duplicates)) {
        carry(road, parcel);
    }
}

void Network::carry(const Road& road, const Sent& parcel) {
    auto arrival = schedule_->now() + Duration{kShortestMs} + spread(road);
    if (const auto delay = delays_.find(road); delay != delays_.end()) {
        arrival = arrival + delay->second;
    }
    if (happens(weather_.disorder)) {
        arrival = arrival + Duration{static_cast<std::int64_t>(rng_.below(kDisorderMs))};
    } else {
        auto& last = last_arrival_[road.first * size_ + road.second];
        last = arrival = std::max(arrival, last);
    }
    auto place = travelling_.size();
    if (free_.empty()) {
        travelling_.push_back({road, parcel});
    } else {
        place = free_.back();
        free_.pop_back();
        travelling_[place] = {road, parcel};
    }
    schedule_->at(arrival, [this, place] { arrive(place); });
}

void Network::arrive(std::size_t place) {
    const auto [road, parcel] = std::exchange(travelling_[place], {});
    free_.push_back(place);
    if (!is_cut(road)) {
        deliver_(road.first, road.second, parcel);
    }
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
    std::fill(last_arrival_.begin(), last_arrival_.end(), Instant{});
    weather_ = {};
}

}  // namespace sup::sim
