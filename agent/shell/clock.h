#pragma once

#include "common/base/time.h"
#include "common/model/messages.h"

// The only file that reads clocks and the system's randomness.
namespace sup::shell {

Instant read_monotonic_clock();
WallTime read_wall_clock();
// Local time minus UTC, today.
Duration read_zone();
BootId draw_boot();

}  // namespace sup::shell
