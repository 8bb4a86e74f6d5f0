#pragma once

#include <string>
#include <string_view>

#include "common/model/names.h"

// How extra arguments get to a program that supervisord starts: its command runs through
// supvisors-exec, which finds them in the state directory of the agent.
namespace sup {

inline constexpr std::string_view kExecProgram = "supvisors-exec";
// Where supvisors-exec looks when neither -d nor the environment says it.
inline constexpr std::string_view kDefaultStateDir = "/var/lib/supvisors";
inline constexpr const char* kStateDirVariable = "SUPVISORS_STATE_DIR";

// With what a process is started besides its command; as users write it, quotes included.
struct ExtraArguments {
    ProcessName process;
    std::string extra_args;  // empty: nothing
    bool operator==(const ExtraArguments&) const = default;
};

}  // namespace sup
