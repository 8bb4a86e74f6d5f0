#include "agent/shell/agent_settings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "common/base/text.h"

namespace sup::shell {
namespace {

// Sets are written in one order, so that two agents with the same set say the same.
std::string sorted_list(std::vector<std::string> items) {
    std::sort(items.begin(), items.end());
    return join(items, ",");
}

// With discovery, some instances have a list and others, which are not in it, have none (O-70).
bool has_common_list(const config::Options& options) {
    return options.list_is_set && options.multicast_group.empty();
}

// STRICT is about the list only, and dropped without one (O-41).
std::vector<std::string> names_of_options(const config::Options& options) {
    std::vector<std::string> names;
    for (const auto option : options.synchro_options) {
        if (option != SynchronizationOption::Strict || options.multicast_group.empty()) {
            names.emplace_back(name_of(option));
        }
    }
    return names;
}

// Without a list each instance knows but itself: nothing to compare.
std::string list_text(const config::Options& options) {
    std::vector<std::string> identifiers;
    for (const auto& item : options.supvisors_list) {
        identifiers.push_back(item.identifier);
    }
    return has_common_list(options) ? join(identifiers, ",") : "";
}

// What O-46 and the handshake (section 3 of the behaviour) want equal everywhere.
std::map<std::string, std::string> shared_options(const config::Options& options) {
    return {
        {"auto_fence", concat(options.auto_fence)},
        {"starting_strategy", std::string(name_of(options.starting_strategy))},
        {"conciliation_strategy", std::string(name_of(options.conciliation_strategy))},
        {"supvisors_failure_strategy", std::string(name_of(options.supvisors_failure_strategy))},
        {"no_quorum_policy", std::string(name_of(options.no_quorum_policy))},
        {"supvisors_list", list_text(options)},
        {"core_identifiers", sorted_list(options.core_identifiers)},
        {"synchro_options", sorted_list(names_of_options(options))},
        {"inactivity_ticks", concat(options.inactivity_ticks)},
        {"tick_period", concat(options.tick_period.ms, " ms")},
        {"multicast_group", options.multicast_group},
    };
}

}  // namespace

core::Settings make_settings(const config::Options& options, const std::string& node,
                             StartedBy started_by) {
    core::Settings settings;
    for (const auto& item : options.supvisors_list) {
        settings.instances.push_back({item.identifier, item.nick, item.host, item.http_port});
    }
    settings.local = {static_cast<std::uint32_t>(options.local)};
    settings.list_is_set = options.list_is_set;
    settings.node = options.node_id.empty() ? node : options.node_id;
    settings.stereotypes = options.stereotypes;
    settings.core_identifiers = options.core_identifiers;
    settings.synchro_options = options.synchro_options;
    settings.synchro_timeout = options.synchro_timeout;
    settings.tick_period = options.tick_period;
    settings.inactivity_ticks = options.inactivity_ticks;
    settings.restart_grace = options.restart_grace;
    settings.auto_fence = options.auto_fence;
    settings.discovery = !options.multicast_group.empty();
    settings.discovery_expiry = options.discovery_expiry;
    settings.federation_port = options.supvisors_list[options.local].federation_port;
    settings.api_port = options.api_port;
    settings.starting_strategy = options.starting_strategy;
    settings.conciliation_strategy = options.conciliation_strategy;
    settings.supvisors_failure_strategy = options.supvisors_failure_strategy;
    settings.no_quorum_policy = options.no_quorum_policy;
    settings.kill_orphans = options.orphans == config::Orphans::Kill;
    settings.run_by_supervisor = started_by == StartedBy::Supervisor;
    settings.nudge = options.nudge;
    settings.state_dir = options.state_dir;
    settings.resync_period = options.resync_period;
    settings.statistics = {options.stats_host, options.stats_process,
                           Duration{std::llround(options.stats_collecting_period * 1000)}};
    settings.has_overlay = !options.overlay_dir.empty();
    settings.shared_options = shared_options(options);
    return settings;
}

}  // namespace sup::shell
