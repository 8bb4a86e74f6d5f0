#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <span>

#include "common/model/requests.h"
#include "common/model/states.h"

namespace sup {

// FROM_DIST of section 1.8 of the API reference.
inline constexpr std::array kFromDistribution = {FsmState::Distribution, FsmState::Operation,
                                                 FsmState::Conciliation, FsmState::Restarting,
                                                 FsmState::ShuttingDown};

// The fault of a request that the state of the federation forbids (section 1.8 of the API
// reference); nothing when it is one of those allowed.
std::optional<Fault> state_fault(FsmState state, std::span<const FsmState> allowed);
inline std::optional<Fault> state_fault(FsmState state, std::initializer_list<FsmState> allowed) {
    return state_fault(state, std::span(allowed.begin(), allowed.size()));
}

}  // namespace sup
