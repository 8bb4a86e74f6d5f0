#pragma once

#include "common/model/infos.h"

// The fields of each structure of infos.h, with the names and types of the interface.
namespace sup {

inline double seconds_of(Instant instant) {
    return static_cast<double>(instant.ms) / 1000.0;
}

template <typename Enum>
std::string name_text(Enum value) {
    return std::string(name_of(value));
}

template <typename Jobs, typename Visit>
void for_each_field(const StateAndModes<Jobs>& info, Visit&& visit) {
    visit("identifier", info.identifier);
    visit("nick_identifier", info.nick_identifier);
    visit("now_monotonic", info.now_monotonic);
    visit("fsm_statecode", std::int32_t{code_of(info.fsm)});
    visit("fsm_statename", name_text(info.fsm));
    visit("degraded_mode", info.degraded_mode);
    visit("discovery_mode", info.discovery_mode);
    visit("master_identifier", info.master_identifier);
    visit("starting_jobs", info.starting_jobs);
    visit("stopping_jobs", info.stopping_jobs);
    visit("instance_states", info.instance_states);
}

template <typename Visit>
void for_each_field(const StrategiesInfo& info, Visit&& visit) {
    visit("auto-fencing", info.auto_fencing);
    visit("starting", name_text(info.starting));
    visit("conciliation", name_text(info.conciliation));
    visit("supvisors_failure", name_text(info.supvisors_failure));
}

template <typename Visit>
void for_each_field(const InstanceInfo& info, Visit&& visit) {
    visit("identifier", info.identifier);
    visit("nick_identifier", info.nick_identifier);
    visit("node_name", info.node_name);
    visit("port", info.port);
    visit("statecode", std::int32_t{code_of(info.state)});
    visit("statename", name_text(info.state));
    visit("loading", info.loading);
    visit("process_failure", info.process_failure);
    visit("remote_sequence_counter", info.remote_sequence_counter);
    visit("remote_mtime", info.remote_mtime);
    visit("remote_time", info.remote_time);
    visit("local_sequence_counter", info.local_sequence_counter);
    visit("local_mtime", info.local_mtime);
    visit("local_time", info.local_time);
}

template <typename Visit>
void for_each_field(const ApplicationInfo& info, Visit&& visit) {
    visit("application_name", info.application_name);
    visit("managed", info.managed);
    visit("now_monotonic", info.now_monotonic);
    visit("statecode", std::int32_t{code_of(info.state)});
    visit("statename", name_text(info.state));
    visit("major_failure", info.major_failure);
    visit("minor_failure", info.minor_failure);
}

template <typename Visit>
void for_each_field(const ApplicationRulesInfo& info, Visit&& visit) {
    visit("application_name", info.application_name);
    visit("managed", info.managed);
    if (!info.managed) {
        return;
    }
    visit("distribution", name_text(info.distribution));
    visit("identifiers", info.identifiers);
    visit("start_sequence", info.start_sequence);
    visit("stop_sequence", info.stop_sequence);
    visit("starting_strategy", name_text(info.starting_strategy));
    visit("starting_failure_strategy", name_text(info.starting_failure_strategy));
    visit("running_failure_strategy", name_text(info.running_failure_strategy));
    visit("status_formula", info.status_formula);
}

template <typename Visit>
void for_each_field(const ProcessInfo& info, Visit&& visit) {
    visit("application_name", info.application_name);
    visit("process_name", info.process_name);
    visit("now_monotonic", info.now_monotonic);
    visit("statecode", std::int32_t{code_of(info.state)});
    visit("statename", name_text(info.state));
    visit("expected_exit", info.expected_exit);
    visit("last_event_mtime", info.last_event_mtime);
    visit("identifiers", info.identifiers);
    visit("extra_args", info.extra_args);
}

template <typename Visit>
void for_each_field(const ProcessRulesInfo& info, Visit&& visit) {
    visit("application_name", info.application_name);
    visit("process_name", info.process_name);
    visit("identifiers", info.identifiers);
    visit("start_sequence", info.start_sequence);
    visit("stop_sequence", info.stop_sequence);
    visit("required", info.required);
    visit("wait_exit", info.wait_exit);
    visit("expected_loading", info.expected_loading);
    visit("starting_failure_strategy", name_text(info.starting_failure_strategy));
    visit("running_failure_strategy", name_text(info.running_failure_strategy));
}

template <typename Visit>
void for_each_field(const LocalProcessInfo& info, Visit&& visit) {
    const auto& record = info.record;
    visit("name", record.process.name);
    visit("group", record.process.group);
    visit("state", std::int32_t{code_of(record.state)});
    visit("statename", name_text(record.state));
    visit("start", record.start_wall.capped_seconds());
    visit("stop", record.stop_wall.capped_seconds());
    visit("now", info.now);
    visit("pid", record.pid);
    visit("description", info.description);
    visit("spawnerr", record.spawn_error);
    visit("expected", record.expected);
    visit("start_monotonic", seconds_of(record.start_instant));
    visit("stop_monotonic", seconds_of(record.stop_instant));
    visit("now_monotonic", info.now_monotonic);
    visit("extra_args", record.extra_args);
    visit("startsecs", static_cast<std::int32_t>(record.startsecs.ms / 1000));
    visit("stopwaitsecs", static_cast<std::int32_t>(record.stopwaitsecs.ms / 1000));
    visit("program_name", record.program);
    visit("process_index", record.index);
    visit("disabled", record.disabled);
    visit("has_stdout", record.has_stdout);
    visit("has_stderr", record.has_stderr);
}

template <typename Visit>
void for_each_field(const StatisticsStatusInfo& info, Visit&& visit) {
    visit("host_stats", info.host_stats);
    visit("process_stats", info.process_stats);
    visit("collecting_period", info.collecting_period);
}

// The card of an interface, a structure of its own in the interface.
struct NicFields {
    const NetworkAddress* address = nullptr;
};
template <typename Visit>
void for_each_field(const NicFields& nic, Visit&& visit) {
    visit("nic_name", nic.address->nic_name);
    visit("ipv4_address", nic.address->ipv4_address);
    visit("netmask", nic.address->netmask);
}
template <typename Visit>
void for_each_field(const NetworkAddress& address, Visit&& visit) {
    visit("host_name", address.host_name);
    visit("aliases", address.aliases);
    visit("ipv4_addresses", address.ipv4_addresses);
    visit("nic_info", NicFields{&address});
}
template <typename Visit>
void for_each_field(const NetworkFacts& facts, Visit&& visit) {
    visit("machine_id", facts.machine_id);
    visit("fqdn", facts.fqdn);
    visit("addresses", facts.addresses);
}
template <typename Visit>
void for_each_field(const NetworkInfo& info, Visit&& visit) {
    visit("identifier", info.identifier);
    visit("nick_identifier", info.nick_identifier);
    visit("host_id", info.host_id);
    visit("http_port", info.http_port);
    visit("stereotypes", info.stereotypes);
    if (info.network) {
        visit("network", *info.network);
    }
}

template <typename Visit>
void for_each_field(const InnerProcessInfo& info, Visit&& visit) {
    for_each_field(info.local, visit);
    visit("local_mtime", info.local_mtime);
    visit("event_time", info.event_time);
    visit("uptime", info.uptime);
    visit("has_crashed", info.has_crashed);
    visit("identifier", info.identifier);
    visit("nick_identifier", info.nick_identifier);
}

template <typename Visit>
void for_each_field(const PredictionInfo& info, Visit&& visit) {
    visit("application_name", info.application_name);
    visit("process_name", info.process_name);
    visit("state", name_text(info.state));
    visit("forced_reason", info.forced_reason);
    visit("running_identifiers", info.running_identifiers);
}

template <typename Visit>
void for_each_field(const PlanInfo& info, Visit&& visit) {
    visit("steps", info.steps);
    visit("reasons", info.reasons);
    visit("closing", info.closing);
}

template <typename Visit>
void for_each_field(const ProcessEventInfo& info, Visit&& visit) {
    visit("identifier", info.identifier);
    visit("nick_identifier", info.nick_identifier);
    visit("group", info.group);
    visit("name", info.name);
    visit("state", std::int32_t{code_of(info.state)});
    visit("expected", info.expected);
    visit("spawnerr", info.spawnerr);
    visit("now", info.now);
    visit("now_monotonic", info.now_monotonic);
    visit("event_mtime", info.event_mtime);
    visit("pid", info.pid);
    visit("extra_args", info.extra_args);
    visit("disabled", info.disabled);
}

}  // namespace sup
