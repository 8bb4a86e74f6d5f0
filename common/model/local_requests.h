#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "common/base/time.h"
#include "common/model/requests.h"

// What an operator may ask of one instance alone: the one that receives the request answers it,
// Master or not (section 1.9 of the API reference). Each gets exactly one answer.
namespace sup {

enum class Switch { Off, On };

struct SwitchHostStatistics {
    Switch to = Switch::On;
};
struct SwitchProcessStatistics {
    Switch to = Switch::On;
};
// The least time between two samples of one thing.
struct SetCollectingPeriod {
    Duration period = {5000};
};

using LocalRequest =
    std::variant<SwitchHostStatistics, SwitchProcessStatistics, SetCollectingPeriod>;

}  // namespace sup
