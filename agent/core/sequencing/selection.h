#pragma once

#include <map>
#include <vector>

#include "agent/core/inventory/inventory.h"
#include "agent/core/operations/intent_table.h"

namespace sup::core {

// What the automatic start and the repair have to do with a process (B-141, B-143, D-25).
//
// Start: it is down, and neither a user nor its own good end wanted it so. What is due is started
// whatever its rank: a job was begun for it, by this Master or by one before. The rest needs a
// rank, and so does its application. Follow: it is on its way up; the ranks behind it wait.
enum class Need { Nothing, Start, Follow };
Need need_of(const Process& process, const Application& application, ProcessIntent intent);

// The applications that the automatic start takes, by rank: something in need (B-141).
std::map<int, std::vector<ApplicationId>> select_applications(const Inventory& inventory,
                                                              const IntentTable& intents);

// The applications of which something is to be started once it is down: a Master that is gone had
// it stopped, for a restart or without a quorum, and it is still on its way down.
std::vector<ApplicationId> select_stopping(const Inventory& inventory, const IntentTable& intents);

// What a user has started, is down, and is not started by itself: it has no rank.
std::vector<ProcessId> wanted_without_rank(const Inventory& inventory, const IntentTable& intents);

}  // namespace sup::core
