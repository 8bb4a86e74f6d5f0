#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>

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

// The roads between agents: one from each to each. A message takes some milliseconds; messages of
// one road arrive in order unless the weather is bad. A road that is cut loses what enters it.
class Network {
public:
    using Deliver = std::function<void(std::size_t from, std::size_t to, const Message&)>;

    Network(Schedule& schedule, std::uint64_t seed, Deliver deliver)
        : schedule_(&schedule), seed_(seed), rng_(seed), deliver_(std::move(deliver)) {}

    void send(std::size_t from, std::size_t to, const Message& message);

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
    void carry(const Road& road, const Message& message);
    Duration spread(const Road& road) const;
    bool happens(int percent) { return rng_.below(100) < static_cast<std::uint64_t>(percent); }

    Schedule* schedule_;
    std::uint64_t seed_;
    Rng rng_;
    Deliver deliver_;
    Weather weather_;
    std::set<Road> cuts_;
    std::map<Road, Duration> delays_;
    std::map<Road, Instant> last_arrival_;
};

}  // namespace sup::sim
