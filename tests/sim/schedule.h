#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

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
    void at(Instant when, Act act) { agenda_[when < now_ ? now_ : when].push_back(std::move(act)); }
    void after(Duration delay, Act act) { at(now_ + delay, std::move(act)); }

    // Runs everything that is due until then, that instant included.
    void run_until(Instant end) {
        while (!agenda_.empty() && agenda_.begin()->first <= end) {
            now_ = agenda_.begin()->first;
            run_instant(agenda_.begin()->second);
            agenda_.erase(agenda_.begin());
        }
        now_ = end;
    }

private:
    // Acts that are announced for the instant that runs come at its end.
    static void run_instant(std::vector<Act>& acts) {
        const auto planned = acts.size();
        for (std::size_t next = 0; next < acts.size(); ++next) {
            SUP_CHECK(next < planned + kTooMany, "the world goes on: no endless instant");
            const auto act = std::move(acts[next]);
            act();
        }
    }

    static constexpr std::uint64_t kTooMany = 1'000'000;
    Instant now_;
    std::map<Instant, std::vector<Act>> agenda_;
};

}  // namespace sup::sim
