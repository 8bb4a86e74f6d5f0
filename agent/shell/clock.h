#pragma once

#include <cstdint>

#include "common/base/time.h"

// The only file that reads clocks and the system's randomness.
namespace sup::shell {

Instant read_monotonic_clock();
WallTime read_wall_clock();
std::uint64_t draw_random();  // never 0

}  // namespace sup::shell
