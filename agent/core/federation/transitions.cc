#include "agent/core/federation/transitions.h"

#include <algorithm>
#include <map>

namespace sup::core {

std::vector<FsmState> legal_way(FsmState from, FsmState to) {
    if (from == to) {
        return {};  // nearly always: a follower asks at each word of its Master
    }
    std::map<FsmState, FsmState> came_from;
    std::vector<FsmState> reached = {from};
    for (std::size_t next = 0; next < reached.size() && !came_from.contains(to); ++next) {
        for (const auto& transition : kFsmTransitions) {
            const bool is_new = transition.to != from && !came_from.contains(transition.to);
            if (transition.from == reached[next] && is_new && transition.to != FsmState::Off) {
                came_from.emplace(transition.to, transition.from);
                reached.push_back(transition.to);
            }
        }
    }
    std::vector<FsmState> way;
    for (FsmState step = to; came_from.contains(step); step = came_from.at(step)) {
        way.push_back(step);
    }
    std::reverse(way.begin(), way.end());
    return way;
}

}  // namespace sup::core
