#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "common/model/states.h"

// The tables of allowed transitions, and the legal way from one state to another.
namespace sup::core {

template <typename State>
struct Transition {
    State from;
    State to;
};

// Instances (section 2 of the reference). FAILED is left only after its consequences are settled;
// ISOLATED only by a restart of the local agent, or of the peer when options differed.
inline constexpr auto kInstanceTransitions = std::to_array<Transition<InstanceState>>({
    {InstanceState::Stopped, InstanceState::Checking},
    {InstanceState::Stopped, InstanceState::Isolated},
    {InstanceState::Checking, InstanceState::Stopped},
    {InstanceState::Checking, InstanceState::Checked},
    {InstanceState::Checking, InstanceState::Failed},
    {InstanceState::Checking, InstanceState::Isolated},
    {InstanceState::Checked, InstanceState::Running},
    {InstanceState::Checked, InstanceState::Failed},
    {InstanceState::Running, InstanceState::Failed},
    {InstanceState::Failed, InstanceState::Stopped},
    {InstanceState::Failed, InstanceState::Isolated},
    {InstanceState::Isolated, InstanceState::Stopped},
});

// The federation's machine (section 5.1 of the reference, with the entries that D-8, D-9 and D-12
// found missing). Off can be reached from everywhere: the local supervisord may die at any time.
inline constexpr auto kFsmTransitions = std::to_array<Transition<FsmState>>({
    {FsmState::Off, FsmState::Synchronization},
    {FsmState::Synchronization, FsmState::Off},
    {FsmState::Synchronization, FsmState::Election},
    {FsmState::Election, FsmState::Off},
    {FsmState::Election, FsmState::Synchronization},
    {FsmState::Election, FsmState::Distribution},
    {FsmState::Election, FsmState::Restarting},
    {FsmState::Election, FsmState::ShuttingDown},
    {FsmState::Distribution, FsmState::Off},
    {FsmState::Distribution, FsmState::Synchronization},
    {FsmState::Distribution, FsmState::Election},
    {FsmState::Distribution, FsmState::Operation},
    {FsmState::Distribution, FsmState::Restarting},
    {FsmState::Distribution, FsmState::ShuttingDown},
    {FsmState::Operation, FsmState::Off},
    {FsmState::Operation, FsmState::Synchronization},
    {FsmState::Operation, FsmState::Election},
    {FsmState::Operation, FsmState::Conciliation},
    {FsmState::Operation, FsmState::Restarting},
    {FsmState::Operation, FsmState::ShuttingDown},
    {FsmState::Conciliation, FsmState::Off},
    {FsmState::Conciliation, FsmState::Synchronization},
    {FsmState::Conciliation, FsmState::Election},
    {FsmState::Conciliation, FsmState::Operation},
    {FsmState::Conciliation, FsmState::Restarting},
    {FsmState::Conciliation, FsmState::ShuttingDown},
    {FsmState::Restarting, FsmState::Off},
    {FsmState::Restarting, FsmState::Final},
    {FsmState::ShuttingDown, FsmState::Off},
    {FsmState::ShuttingDown, FsmState::Final},
    {FsmState::Final, FsmState::Off},
});

template <typename State, std::size_t Size>
constexpr bool is_allowed(const std::array<Transition<State>, Size>& table, State from, State to) {
    for (const auto& transition : table) {
        if (transition.from == from && transition.to == to) {
            return true;
        }
    }
    return false;
}

constexpr bool is_allowed(InstanceState from, InstanceState to) {
    return is_allowed(kInstanceTransitions, from, to);
}
constexpr bool is_allowed(FsmState from, FsmState to) {
    return is_allowed(kFsmTransitions, from, to);
}

constexpr bool is_closing(FsmState state) {
    return state == FsmState::Restarting || state == FsmState::ShuttingDown ||
           state == FsmState::Final;
}

// The shortest legal way from one state to another that does not pass through Off, the goal
// included and the start excluded; empty when there is none. A follower that missed a state of the
// Master catches up along it (E-47).
std::vector<FsmState> legal_way(FsmState from, FsmState to);

}  // namespace sup::core
