#pragma once

#include <cstdint>

namespace sup::shell {

// Start time of a process in clock ticks since the host's boot; 0 when this host does not show it.
std::uint64_t read_start_ticks(std::int32_t pid);

}  // namespace sup::shell
