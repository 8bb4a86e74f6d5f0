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

// Programs by the name of their section, in all the groups that use them.
struct EnableProgram {
    std::string program;
    Wait wait = Wait::Yes;
};
struct DisableProgram {
    std::string program;
    Wait wait = Wait::Yes;
};
// Whether processes that are too many are stopped, or left to end by themselves.
enum class Removal { Stop, Lazy };
// Whether a change may stop and start again the processes of the groups concerned.
enum class Interruption { Refused, Allowed };
struct UpdateNumprocs {
    std::string program;
    std::int32_t numprocs = 0;  // 0: what was written is no integer > 0
    std::string written;
    Wait wait = Wait::Yes;
    Removal removal = Removal::Stop;
    Interruption interruption = Interruption::Refused;
};

// A discovered instance that is gone for good: it counts nowhere any more, on no instance (O-74).
struct ForgetInstance {
    std::string identifier;  // or nick identifier
};

using LocalRequest =
    std::variant<SwitchHostStatistics, SwitchProcessStatistics, SetCollectingPeriod, EnableProgram,
                 DisableProgram, UpdateNumprocs, ForgetInstance>;

}  // namespace sup
