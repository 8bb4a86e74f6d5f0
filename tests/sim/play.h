#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/story.h"

namespace sup::sim {

// After healing, the world must be at rest within this time, and stay so.
inline constexpr Duration kMustRest = {180'000};
inline constexpr Duration kMustStayAtRest = {5'000};

struct Verdict {
    std::vector<std::string> breaches;  // in order; playing stops soon after the first
    std::uint64_t hash = 0;             // of all that happened
    Duration rested_after;              // healing, if it did
};

// Plays the story, heals the world and judges it.
Verdict play(const Story& story);

}  // namespace sup::sim
