#include "agent/core/federation/synchronisation.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "common/base/text.h"

namespace sup::core {
namespace {

bool all_running(const InstanceTable& table) {
    return table.count(InstanceState::Running) == table.size();
}

bool core_runs(const Settings& settings, const InstanceTable& table) {
    const auto core = table.resolve_all(settings.core_identifiers);
    return !core.empty() && std::all_of(core.begin(), core.end(),
                                        [&](InstanceId id) { return table.is_running(id); });
}

// Whether the option, as a condition on who runs, holds. TIMEOUT and USER say nothing of that.
bool holds(SynchronizationOption option, const Settings& settings, const InstanceTable& table) {
    switch (option) {
        case SynchronizationOption::Strict:
            // Discovered instances do not count (O-73).
            return settings.list_is_set && table.listed_running() == table.listed();
        case SynchronizationOption::List:
            return all_running(table);
        case SynchronizationOption::Core:
            return core_runs(settings, table);
        case SynchronizationOption::Timeout:
        case SynchronizationOption::User:
            return true;
    }
    return true;
}

// Whom we knew before our supervisord went, or we were frozen, and have not met since.
bool is_unmet_since(Instant our_return, const Instance& instance) {
    return instance.state == InstanceState::Stopped && instance.held_until != kNever &&
           !instance.draining && instance.since <= our_return;
}

}  // namespace

Duration least_uptime(const Settings& settings) {
    return settings.discovery ? settings.tick_period + 1_s : 0_s;
}

SynchronisationVerdict evaluate_synchronisation(const Settings& settings,
                                                const InstanceTable& table,
                                                const SynchronisationFacts& facts) {
    if (facts.master_acts) {
        return {true, "a Master is at work"};
    }
    for (const auto option : settings.synchro_options) {
        bool ended = false;
        switch (option) {
            case SynchronizationOption::Strict:
            case SynchronizationOption::List:
                ended = facts.uptime >= least_uptime(settings) && holds(option, settings, table);
                break;
            case SynchronizationOption::Timeout:
                ended = facts.uptime >= settings.synchro_timeout;
                break;
            case SynchronizationOption::Core:
                ended = facts.uptime >= kCoreMinimum && holds(option, settings, table);
                break;
            case SynchronizationOption::User:
                ended = facts.master_known;
                break;
        }
        if (ended) {
            return {true, concat(name_of(option), " holds")};
        }
    }
    return {};
}

std::vector<InstanceId> judged_instances(const Settings& settings, const InstanceTable& table) {
    const auto& options = settings.synchro_options;
    const auto is_selected = [&](SynchronizationOption option) {
        return std::find(options.begin(), options.end(), option) != options.end();
    };
    if (is_selected(SynchronizationOption::User)) {
        return table.ids();
    }
    if (is_selected(SynchronizationOption::Core)) {
        return table.resolve_all(settings.core_identifiers);
    }
    if (is_selected(SynchronizationOption::Strict)) {
        auto listed = table.ids();
        listed.resize(table.listed());
        return listed;
    }
    return is_selected(SynchronizationOption::List) ? table.ids() : std::vector<InstanceId>{};
}

bool is_somebody_coming(const Settings& settings, const InstanceTable& table, Instant now) {
    const auto& peers = table.peers();
    return std::any_of(peers.begin(), peers.end(), [&](InstanceId peer) {
        const auto& instance = table.at(peer);
        const bool is_heard = instance.state == InstanceState::Stopped &&
                              instance.held_until == kNever && instance.heard > instance.since &&
                              now - instance.heard <= settings.inactivity_limit();
        return instance.state == InstanceState::Checking ||
               instance.state == InstanceState::Checked || is_heard;
    });
}

bool is_somebody_unmet(const InstanceTable& table, Instant our_return) {
    const auto& peers = table.peers();
    if (std::any_of(peers.begin(), peers.end(),
                    [&](InstanceId peer) { return is_unmet_since(our_return, table.at(peer)); })) {
        return true;
    }
    std::set<std::string_view> unmet;
    for (const auto peer : peers) {
        if (!table.at(peer).heard_once) {
            unmet.insert(table.identifier(peer));
        }
    }
    return !unmet.empty() && std::any_of(peers.begin(), peers.end(), [&](InstanceId peer) {
        const auto& states = table.at(peer).modes.instance_states;
        for (std::size_t place = 0; table.is_running(peer) && place < states.size(); ++place) {
            if (states.state(place) == InstanceState::Running &&
                unmet.contains(states.identifier(place))) {
                return true;
            }
        }
        return false;
    });
}

bool is_degraded(const Settings& settings, const InstanceTable& table) {
    return std::any_of(
        settings.synchro_options.begin(), settings.synchro_options.end(),
        [&](SynchronizationOption option) { return !holds(option, settings, table); });
}

}  // namespace sup::core
