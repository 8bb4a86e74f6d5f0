#pragma once

#include <string>

#include "agent/core/command.h"

namespace sup::sim {

// Commands and messages as text, with everything in them that matters: read by people in
// transcripts, hashed to compare two runs.
std::string describe(const core::Command& command);
std::string describe(const Message& message);
std::string describe(const Answer& answer);
std::string describe(const Request& request);

}  // namespace sup::sim
