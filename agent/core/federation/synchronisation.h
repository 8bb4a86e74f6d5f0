#pragma once

#include <string>
#include <vector>

#include "agent/core/membership/instance_table.h"
#include "agent/core/settings.h"

// When the synchronisation phase ends, and whether an expected instance is missing (sections 5.4
// and 5.5 of the reference).
namespace sup::core {

struct SynchronisationFacts {
    Duration uptime;            // since the local instance is known to run
    bool master_known = false;  // a running instance declares a Master that runs
    bool master_acts = false;   // and that Master is at work already
};

struct SynchronisationVerdict {
    bool ended = false;
    std::string why;  // which condition ended it
};

// One true condition among the selected ones is enough (B-60..B-65). A Master already at work ends
// it too: a newcomer has nothing to wait for.
SynchronisationVerdict evaluate_synchronisation(const Settings& settings,
                                                const InstanceTable& table,
                                                const SynchronisationFacts& facts);

// STRICT, LIST or CORE is selected and does not hold (B-65, B-66).
bool is_degraded(const Settings& settings, const InstanceTable& table);

// The instances whose loss counts for supvisors_failure_strategy: those of the first selected
// option in the order USER, CORE, STRICT, LIST (B-67).
std::vector<InstanceId> judged_instances(const Settings& settings, const InstanceTable& table);

// A peer is about to take part: it is heard, and not accepted yet.
bool is_somebody_coming(const Settings& settings, const InstanceTable& table, Instant now);
// A running peer goes on with one that we have not heard at all, or one that we knew before our
// return may be there still.
bool is_somebody_unmet(const InstanceTable& table, Instant our_return);
// How long an elected Master waits for those, before it begins without them.
inline constexpr Duration kBeginPatience = 2_s;

// CORE never ends the phase earlier (B-63).
inline constexpr Duration kCoreMinimum = 15_s;
// STRICT and LIST say nothing of those who are not discovered yet. Each announces itself once a
// tick: who is there is met after that, and nobody who has just come starts alone what runs
// elsewhere. Who really is alone goes on then (E-33).
Duration least_uptime(const Settings& settings);

}  // namespace sup::core
