#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/model/process_record.h"
#include "rules/model.h"

namespace sup::shell {

// Processes whose crash is to stop or restart their application, and which supervisord would start
// again by itself meanwhile. It cannot be told not to from outside: they are stopped as soon
// as they are back, which costs a start, so their program is named, once.
std::vector<std::string> autorestart_warnings(std::span<const ProcessConfig> processes,
                                              const rules::RuleSet& rules);

}  // namespace sup::shell
