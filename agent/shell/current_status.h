#pragma once

#include <vector>

#include "agent/core/command.h"
#include "agent/core/queries.h"

namespace sup::shell {

// What a subscriber that comes late needs before it follows the events: the state of the
// federation, then of its instances, applications and processes, as if each had just been
// published. What the state does not allow to be asked yet is left out.
std::vector<core::PublishEvent> current_status(const core::Queries& queries);

}  // namespace sup::shell
