#pragma once

#include <map>
#include <vector>

#include "agent/core/inventory/inventory.h"
#include "agent/core/operations/intent_table.h"

namespace sup::core {

// Whether the automatic start and the repair start this process: it has a rank, it is down, and
// neither a user nor its own good end wanted it so (B-141, B-143, D-25).
bool needs_start(const Process& process, ProcessIntent intent);

// The applications that the automatic start takes, by rank: start_sequence > 0 and something in
// need (B-141).
std::map<int, std::vector<ApplicationId>> select_applications(const Inventory& inventory,
                                                              const IntentTable& intents);

}  // namespace sup::core
