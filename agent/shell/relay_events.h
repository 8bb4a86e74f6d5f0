#pragma once

#include "agent/core/input.h"
#include "agent/listener/wire.h"
#include "common/base/result.h"

namespace sup::shell {

// What a supervisord event means to the core. Pure; an error says what is missing in the event.
Result<core::SupervisorEvent> parse_supervisor_event(const listener::Event& event);

}  // namespace sup::shell
