#include "agent/core/placement/placement.h"

#include <tuple>

#include "common/base/text.h"

namespace sup::core {
namespace {

std::string refusal_of(const PlacementNeed& need, const Candidate& candidate) {
    if (!candidate.refusal.empty()) {
        return candidate.refusal;
    }
    if (need.strategy == StartingStrategy::Local && candidate.instance != need.local) {
        return "strategy LOCAL wants another instance";
    }
    if (candidate.node_load + need.load > kMaximumNodeLoad) {
        return concat("node load ", candidate.node_load, " + ", need.load, " exceeds ",
                      kMaximumNodeLoad);
    }
    return {};
}

// Whether `challenger`, later in order, is preferred to `best`.
bool beats(StartingStrategy strategy, const Candidate& challenger, const Candidate& best) {
    const auto by_instance = [](const Candidate& candidate) {
        return std::tuple(candidate.instance_load, candidate.node_load);
    };
    const auto by_node = [](const Candidate& candidate) {
        return std::tuple(candidate.node_load, candidate.instance_load);
    };
    switch (strategy) {
        case StartingStrategy::Config:
        case StartingStrategy::Local:
            return false;
        case StartingStrategy::LessLoaded:
            return by_instance(challenger) < by_instance(best);
        case StartingStrategy::MostLoaded:
            return by_instance(challenger) >= by_instance(best);
        case StartingStrategy::LessLoadedNode:
            return by_node(challenger) < by_node(best);
        case StartingStrategy::MostLoadedNode:
            return by_node(challenger) >= by_node(best);
    }
    return false;
}

}  // namespace

Placement place(const PlacementNeed& need, std::span<const Candidate> candidates) {
    const Candidate* best = nullptr;
    std::vector<Refusal> refusals;
    for (const auto& candidate : candidates) {
        if (auto refusal = refusal_of(need, candidate); !refusal.empty()) {
            refusals.push_back({candidate.identifier, std::move(refusal)});
        } else if (best == nullptr || beats(need.strategy, candidate, *best)) {
            best = &candidate;
        }
    }
    if (best == nullptr) {
        return NoCandidate{std::move(refusals)};
    }
    auto why = concat(name_of(need.strategy), ": instance load ", best->instance_load,
                      ", node load ", best->node_load, ", needs ", need.load);
    return Chosen{best->instance, std::move(why), std::move(refusals)};
}

std::string explain(std::span<const Refusal> refusals) {
    if (refusals.empty()) {
        return "no instance is allowed by the rules and knows the process";
    }
    std::vector<std::string> sentences;
    for (const auto& refusal : refusals) {
        sentences.push_back(concat(refusal.identifier, ": ", refusal.why));
    }
    return join(sentences, "; ");
}

}  // namespace sup::core
