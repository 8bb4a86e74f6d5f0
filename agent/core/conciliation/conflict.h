#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/model/strategies.h"

// A process that runs on several instances: which copies are to go, and what follows (section 13 of
// the reference). Facts in, a verdict with its reason out.
namespace sup::core {

// One running copy. A process in STARTING or BACKOFF has uptime 0 (B-176).
struct ConflictCopy {
    InstanceId instance;
    std::string identifier;
    Duration uptime;
};

// What happens once the copies to be stopped are down.
enum class ConflictSequel {
    Nothing,        // one copy goes on, or the operator decides
    StaysStopped,   // nobody starts it again by itself
    StartedOnce,    // one start, by the application's strategy
    FailureApplies  // the running failure strategy, as for a lost process
};

struct ConflictVerdict {
    std::vector<InstanceId> stops;  // the copies to be stopped
    ConflictSequel sequel = ConflictSequel::Nothing;
    std::string why;
};

// B-176, B-177. Equal uptimes: the smallest identifier is kept. `copies` holds at least two.
ConflictVerdict solve_conflict(ConciliationStrategy strategy, std::span<const ConflictCopy> copies);

}  // namespace sup::core
