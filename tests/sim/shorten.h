#pragma once

#include <cstddef>
#include <string>

#include "tests/sim/play.h"
#include "tests/sim/story.h"

// A failing story, told as shortly as it can be: without the deeds, the programs and the
// time that it does not need.
namespace sup::sim {

struct Shortened {
    Story story;
    Verdict verdict;         // of the shortened story
    std::size_t played = 0;  // stories that were tried
};

// The kind of a breach: its text without names, numbers and dates. A shorter story counts when its
// first breach is of the same kind.
std::string kind_of_breach(const std::string& breach);

// Plays at most `tries` stories: the same seed gives the same result on each machine.
Shortened shorten(const Story& story, std::size_t tries);

}  // namespace sup::sim
