#pragma once

#include <string>

#include "agent/core/settings.h"
#include "common/config/options.h"

namespace sup::shell {

// Who started this agent.
enum class StartedBy { Supervisor, Other };

// What the core needs of the options. The node is what tells hosts apart when node_id says nothing.
core::Settings make_settings(const config::Options& options, const std::string& node,
                             StartedBy started_by);

}  // namespace sup::shell
