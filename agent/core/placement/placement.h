#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/base/ids.h"
#include "common/model/strategies.h"

// Where a process is started (section 9 of the reference): facts in, a choice with its reason out.
namespace sup::core {

// One instance that might take the load, in the order that CONFIG goes by. Loads are whole percents
// and include what is on its way there (B-123, D-20).
struct Candidate {
    InstanceId instance;
    std::string identifier;
    int instance_load = 0;
    int node_load = 0;
    std::string refusal;  // why it cannot be chosen whatever its load; empty: it can
};

struct Refusal {
    std::string identifier;
    std::string why;
};
struct Chosen {
    InstanceId instance;
    std::string why;
    std::vector<Refusal> refusals;  // of the others that could not take it
};
struct NoCandidate {
    std::vector<Refusal> refusals;  // one per instance
};
using Placement = std::variant<Chosen, NoCandidate>;

// A node never passes this load by our decision (B-124).
inline constexpr int kMaximumNodeLoad = 100;

struct PlacementNeed {
    int load = 0;
    StartingStrategy strategy = StartingStrategy::Config;
    InstanceId
        local;  // what LOCAL means: the Master, or the instance that received the request (B-126)
};

// LESS_*: the first of the least loaded; MOST_*: the last of the most loaded (B-125).
Placement place(const PlacementNeed& need, std::span<const Candidate> candidates);

// "a: node load 90 + 20 exceeds 100; b: not RUNNING", or a word for nothing at all.
std::string explain(std::span<const Refusal> refusals);

}  // namespace sup::core
