#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/model/messages.h"
#include "common/model/program_memory.h"
#include "common/model/strategies.h"

// What the core needs of the options. Defaults stand beside the fields; values were checked when
// the options were read.
namespace sup::core {

// One instance of supvisors_list.
struct InstanceDescription {
    std::string identifier;
    std::string nick;
    std::string host;
    std::uint16_t http_port = 0;
};

// Which statistics are collected, and how often at most. Users change it while the agent runs.
struct StatisticsSettings {
    bool host = true;
    bool process = true;
    Duration period = {5000};
};

struct Settings {
    std::vector<InstanceDescription> instances;  // in the order of supvisors_list; never empty
    InstanceId local;                            // our own place in it
    bool list_is_set = false;                    // STRICT has no meaning without a list (O-41)
    std::string node;
    std::vector<std::string> stereotypes;
    std::vector<std::string> core_identifiers;
    std::vector<SynchronizationOption> synchro_options = {SynchronizationOption::Timeout};
    Duration synchro_timeout = {15000};
    Duration tick_period = {1000};
    int inactivity_ticks = 3;
    Duration restart_grace = {2000};
    bool auto_fence = false;
    bool discovery = false;             // multicast_group is set (O-70)
    Duration discovery_expiry = {};     // who was discovered is forgotten after it; 0: never (O-74)
    std::uint16_t federation_port = 0;  // of our own agent: for those who discover us
    std::uint16_t api_port = 0;         // of our own agent; 0: that of its supervisord
    StartingStrategy starting_strategy = StartingStrategy::Config;
    ConciliationStrategy conciliation_strategy = ConciliationStrategy::User;
    SupvisorsFailureStrategy supvisors_failure_strategy = SupvisorsFailureStrategy::Continue;
    NoQuorumPolicy no_quorum_policy = NoQuorumPolicy::Ignore;
    bool kill_orphans = true;
    bool run_by_supervisor = false;  // our own supervisord started us: we leave when it is dead
    bool nudge = true;
    std::string state_dir;  // where extra arguments are left: for texts
    Duration resync_period = {60000};
    StatisticsSettings statistics;
    NetworkFacts network;
    ProgramMemory programs;    // of the former run of the agent
    bool has_overlay = false;  // supervisord includes files that we may write (overlay_dir)
    // Options that must be equal on all instances, as values, so that a refusal names them (O-46).
    std::map<std::string, std::string> shared_options;

    // Silence after which a peer is suspected: one more tick than may be lost, and a bit for the
    // road.
    Duration inactivity_limit() const {
        return tick_period * (inactivity_ticks + 1) + tick_period / 10;
    }
};

// What distinguishes this run of the agent from all others.
struct Birth {
    BootId boot = 0;                  // see BootId; never 0
    Instant instant;                  // monotonic clock at start
    std::int64_t wall_offset_ms = 0;  // wall clock minus monotonic clock, for display only
    Duration zone = {};               // local time minus UTC, for display only
};

}  // namespace sup::core
