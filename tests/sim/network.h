#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "common/base/rng.h"
#include "common/base/time.h"
#include "common/model/messages.h"
#include "tests/sim/schedule.h"

namespace sup::sim {

// How badly a road behaves, in percents of the messages.
struct Weather {
    int loss = 0;
    int duplicates = 0;
    int disorder = 0;  // messages that overtake, or are overtaken
    bool operator==(const Weather&) const = default;
};

// What travels, with a digest of it. Those whom one message goes to share it.
struct Parcel {
    Message message;
    std::uint64_t digest = 0;
};

// The roads between agents: one from each to each. A message takes some milliseconds; messages of
// one road arrive in order unless the weather is bad. A road that is cut loses what enters it.
class Network {
public:
    using Sent = std::shared_ptr<const Parcel>;
    using Deliver = std::function<void(std::size_t from, std::size_t to, const Sent&)>;

    Network(Schedule& schedule, std::uint64_t seed, std::size_t size, Deliver deliver)
        : schedule_(&schedule),
          seed_(seed),
          size_(size),
          rng_(seed),
          deliver_(std::move(deliver)),
          last_arrival_(size * size) {}

    void send(std::size_t from, std::size_t to, const Sent& parcel);

    void cut(std::size_t from, std::size_t to) { cuts_.insert({from, to}); }
    void open(std::size_t from, std::size_t to) { cuts_.erase({from, to}); }
    void delay(std::size_t from, std::size_t to, Duration delay) { delays_[{from, to}] = delay; }
    void set_weather(const Weather& weather) { weather_ = weather; }
    void heal();
    // Nothing is cut, late or lost.
    bool is_calm() const;
    bool is_open(std::size_t from, std::size_t to) const { return !cuts_.contains({from, to}); }

private:
    using Road = std::pair<std::size_t, std::size_t>;
    struct Travelling {
        Road road;
        Sent parcel;
    };
    void carry(const Road& road, const Sent& parcel);
    void arrive(std::size_t place);
    bool is_cut(const Road& road) const { return !cuts_.empty() && cuts_.contains(road); }
    Duration spread(const Road& road) const;
    bool happens(int percent) { return rng_.below(100) < static_cast<std::uint64_t>(percent); }

    Schedule* schedule_;
    std::uint64_t seed_;
    std::size_t size_;  // agents
    Rng rng_;
    Deliver deliver_;
    Weather weather_;
    std::set<Road> cuts_;
    std::map<Road, Duration> delays_;
    std::vector<Instant> last_arrival_;  // by road
    // Millions of messages travel: places that are free are taken again, the last one first.
    std::vector<Travelling> travelling_;
    std::vector<std::size_t> free_;
};

}  // namespace sup::sim
