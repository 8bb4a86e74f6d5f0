#pragma once

#include <cstdint>

#include "common/base/rng.h"
#include "tests/sim/story.h"

// Stories out of seeds: the same seed and the same bounds give the same story, for ever.
namespace sup::sim {

// Of the number of instances.
struct Bounds {
    std::size_t fewest = 3;
    std::size_t most = 5;
};

// Options, rules and programs. *Rationale* (swarm testing): each world leaves out much of what is
// possible, so that what it has meets in ways that a world with everything never shows.
World draw_world(Rng& rng, std::size_t size);

// Most deeds come in pairs that belong together: what is killed is started again some time later.
std::vector<Deed> draw_deeds(Rng& rng, const World& world, Duration until);

// What closes a federation, holds it back or is left to its users: policies, failure strategies,
// requests. Drawn apart, into a part of the stories only, since it ends much of what others show.
void draw_hard_times(Rng& rng, Story& story);

// What comes from outside: supervisorctl behind our back, programs that are disabled, clients that
// do not wait, instances that are not in the list. Apart as well, so that other stories stay as
// they are.
void draw_other_hands(Rng& rng, Story& story);

Story draw(std::uint64_t seed, const Bounds& bounds);

}  // namespace sup::sim
