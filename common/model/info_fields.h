#pragma once

#include "common/model/field_values.h"
#include "common/model/infos.h"
#include "common/model/local_info_fields.h"

// The fields of each structure of infos.h, with the names and types of the interface.
namespace sup {

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
