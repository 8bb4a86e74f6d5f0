#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/model/strategies.h"

// The options of the section [supvisors], typed, with their defaults (options.md section 2 and
// section 8 of the architecture).
namespace sup::config {

// One item of supvisors_list, or the local instance when there is no list (O-50..O-56).
struct InstanceItem {
    std::string identifier;  // host:http_port, the host exactly as written
    std::string nick;
    std::string host;
    std::uint16_t http_port = 0;
    std::uint16_t federation_port = 0;  // third part of the old form, else http_port + 3
    bool operator==(const InstanceItem&) const = default;
};

enum class Orphans { Kill, Keep };

struct Options {
    // Federation
    std::vector<InstanceItem> supvisors_list;  // never empty: the local instance alone by default
    bool list_is_set = false;                  // whether the user wrote supvisors_list
    std::size_t local = 0;                     // our own place in supvisors_list
    std::vector<std::string> stereotypes;
    std::string multicast_group;  // a.b.c.d:port, empty: no discovery
    std::string multicast_interface;
    int multicast_ttl = 1;
    // Path of the secret that signs announcements: that of federation_key unless set. NONE or
    // empty: they are not signed.
    std::string multicast_key;
    Duration discovery_expiry = {};  // 0: who was discovered is kept for good
    std::vector<std::string> core_identifiers;
    std::vector<SynchronizationOption> synchro_options;
    Duration synchro_timeout = {15000};
    int inactivity_ticks = 3;
    Duration tick_period = {1000};
    Duration restart_grace = {2000};
    bool auto_fence = false;
    SupvisorsFailureStrategy supvisors_failure_strategy = SupvisorsFailureStrategy::Continue;
    NoQuorumPolicy no_quorum_policy = NoQuorumPolicy::Ignore;
    std::uint16_t internal_port = 0;  // http_port + 3 unless set or given in the list
    std::string federation_key;       // path, NONE, or empty
    std::string node_id;              // contents of /etc/machine-id unless set

    // Applications and processes
    std::vector<std::string> rules_files;  // globs, expanded by the shell
    StartingStrategy starting_strategy = StartingStrategy::Config;
    ConciliationStrategy conciliation_strategy = ConciliationStrategy::User;
    std::string disabilities_file;
    Orphans orphans = Orphans::Kill;

    // Interfaces
    EventLink event_link = EventLink::None;
    std::uint16_t event_port = 0;
    std::string api_host;  // empty: all interfaces with credentials, loopback without
    std::uint16_t api_port = 0;
    std::string api_users;
    std::string api_certificate;
    std::string api_key;
    std::string listener_socket;  // path, default listener.sock in state_dir
    std::string state_dir;
    std::string overlay_dir;
    bool nudge = true;
    Duration resync_period = {60000};

    // Statistics, user interface, log
    bool stats_host = true;
    bool stats_process = true;
    double stats_collecting_period = 5;
    std::vector<double> stats_periods = {10};
    int stats_histo = 200;
    bool stats_irix_mode = false;
    std::string software_name;
    std::string software_icon;
    std::vector<std::string> css_files;
    std::int64_t tail_limit = 1024;
    std::int64_t tailf_limit = 1024;
    std::string logfile = "AUTO";  // AUTO: standard error
    std::int64_t logfile_maxbytes = 50 * 1024 * 1024;
    int logfile_backups = 10;
    LogLevel loglevel = LogLevel::Info;
};

}  // namespace sup::config

namespace sup {

template <>
inline constexpr auto kNamesOf<config::Orphans> = std::to_array<Named<config::Orphans>>({
    {config::Orphans::Kill, "KILL"},
    {config::Orphans::Keep, "KEEP"},
});

}  // namespace sup
