#pragma once

#include <initializer_list>
#include <vector>

#include "common/base/rng.h"
#include "common/base/time.h"

// Ways to ask a generator for what a story needs.
namespace sup::sim {

class Dice {
public:
    explicit Dice(Rng& rng) : rng_(&rng) {}

    bool one_in(std::uint64_t chances) { return rng_->below(chances) == 0; }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(rng_->below(bound)); }
    int between(int least, int most) {
        return least + static_cast<int>(rng_->below(static_cast<std::uint64_t>(most - least + 1)));
    }
    Duration time(Duration least, Duration most) {
        return least + Duration{static_cast<std::int64_t>(
                           rng_->below(static_cast<std::uint64_t>((most - least).ms + 1)))};
    }
    template <typename T>
    T one_of(std::initializer_list<T> items) {
        return *(items.begin() + below(items.size()));
    }
    template <typename T>
    const T& one_of(const std::vector<T>& items) {
        return items[below(items.size())];
    }

private:
    Rng* rng_;
};

}  // namespace sup::sim
