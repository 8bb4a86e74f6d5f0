#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "common/base/check.h"
#include "common/base/time.h"

namespace sup::sim {

// The one clock of a simulated world, and what is to happen in it. Acts run in order of their
// instant, then of their announcement; an act may announce others. Who announces an act outlives
// it.
class Schedule {
public:
    using Act = std::function<void()>;

    Instant now() const { return now_; }
    void at(Instant when, Act act) {
        agenda_.emplace(std::pair(when < now_ ? now_ : when, ++announced_), std::move(act));
    }
    void after(Duration delay, Act act) { at(now_ + delay, std::move(act)); }

    // Runs everything that is due until then, that instant included.
    void run_until(Instant end) {
        std::uint64_t acts_of_an_instant = 0;
        while (!agenda_.empty() && agenda_.begin()->first.first <= end) {
            auto next = agenda_.extract(agenda_.begin());
            const auto when = next.key().first;
            acts_of_an_instant = when == now_ ? acts_of_an_instant + 1 : 0;
            SUP_CHECK(acts_of_an_instant < kTooMany, "the world goes on: no endless instant");
            now_ = when;
            next.mapped()();
        }
        now_ = end;
    }

private:
    static constexpr std::uint64_t kTooMany = 1'000'000;
    Instant now_;
    std::uint64_t announced_ = 0;
    std::map<std::pair<Instant, std::uint64_t>, Act> agenda_;
};

}  // namespace sup::sim
