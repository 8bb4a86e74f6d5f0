#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/model/network.h"
#include "common/model/process_record.h"
#include "common/model/states.h"
#include "common/model/strategies.h"

// What users and clients read: the structures S1..S14 of the XML-RPC API, which are also the
// payloads of the event socket. `for_each_field(info, visit)` calls `visit(name, value)` for each
// field with a value of type bool, std::int32_t, double, std::string, std::vector<std::string> or
// std::map<std::string, std::string>, or with a structure inside: one description serves XML-RPC,
// JSON and the tables, and the exact types are those that the Java client casts to
// (clients.md 3.2).
namespace sup {

// S1 (Jobs = list of identifiers) and S2 (Jobs = bool).
template <typename Jobs>
struct StateAndModes {
    std::string identifier;
    std::string nick_identifier;
    double now_monotonic = 0;
    FsmState fsm = FsmState::Off;
    bool degraded_mode = false;
    bool discovery_mode = false;
    std::string master_identifier;
    Jobs starting_jobs{};
    Jobs stopping_jobs{};
    std::map<std::string, std::string> instance_states;  // identifier -> state name
};
using SupvisorsInfo = StateAndModes<std::vector<std::string>>;
using InstanceModesInfo = StateAndModes<bool>;

struct StrategiesInfo {  // S4
    bool auto_fencing = false;
    StartingStrategy starting = StartingStrategy::Config;
    ConciliationStrategy conciliation = ConciliationStrategy::User;
    SupvisorsFailureStrategy supvisors_failure = SupvisorsFailureStrategy::Continue;
};

struct InstanceInfo {  // S7
    std::string identifier;
    std::string nick_identifier;
    std::string node_name;
    std::int32_t port = 0;  // where clients find its interface
    InstanceState state = InstanceState::Stopped;
    std::int32_t loading = 0;
    bool process_failure = false;
    std::int32_t remote_sequence_counter = 0;
    double remote_mtime = 0;
    std::int32_t remote_time = 0;
    std::int32_t local_sequence_counter = 0;
    double local_mtime = 0;
    std::int32_t local_time = 0;
};

struct ApplicationInfo {  // S8
    std::string application_name;
    bool managed = false;
    double now_monotonic = 0;
    ApplicationState state = ApplicationState::Stopped;
    bool major_failure = false;
    bool minor_failure = false;
};

struct ApplicationRulesInfo {  // S9: the fields after `managed` only when managed
    std::string application_name;
    bool managed = false;
    DistributionRule distribution = DistributionRule::AllInstances;
    std::vector<std::string> identifiers;
    std::int32_t start_sequence = 0;
    std::int32_t stop_sequence = 0;
    StartingStrategy starting_strategy = StartingStrategy::Config;
    StartingFailureStrategy starting_failure_strategy = StartingFailureStrategy::Abort;
    RunningFailureStrategy running_failure_strategy = RunningFailureStrategy::Continue;
    std::string status_formula;
};

struct ProcessInfo {  // S10
    std::string application_name;
    std::string process_name;
    double now_monotonic = 0;
    ProcessState state = ProcessState::Unknown;
    bool expected_exit = true;
    double last_event_mtime = 0;
    std::vector<std::string> identifiers;
    std::string extra_args;
};

struct ProcessRulesInfo {  // S11
    std::string application_name;
    std::string process_name;
    std::vector<std::string> identifiers;
    std::int32_t start_sequence = 0;
    std::int32_t stop_sequence = 0;
    bool required = false;
    bool wait_exit = false;
    std::int32_t expected_loading = 0;
    StartingFailureStrategy starting_failure_strategy = StartingFailureStrategy::Abort;
    RunningFailureStrategy running_failure_strategy = RunningFailureStrategy::Continue;
};

struct LocalProcessInfo {  // S12
    ProcessRecord record;
    double now_monotonic = 0;
    std::int32_t now = 0;
    std::string description;
};

struct StatisticsStatusInfo {  // S5
    bool host_stats = false;
    bool process_stats = false;
    double collecting_period = 0;  // seconds
};

struct NetworkInfo {  // S6
    std::string identifier;
    std::string nick_identifier;
    std::string host_id;
    std::int32_t http_port = 0;
    std::vector<std::string> stereotypes;
    std::optional<NetworkFacts> network;  // nothing before the first handshake
};

struct InnerProcessInfo {  // S13
    LocalProcessInfo local;
    double local_mtime = 0;  // when we learned of it, our clock
    double event_time = 0;   // when it happened, the clock of its instance
    double uptime = 0;       // seconds
    bool has_crashed = false;
    std::string identifier;
    std::string nick_identifier;
};

struct PredictionInfo {  // S14
    std::string application_name;
    std::string process_name;
    ProcessState state = ProcessState::Unknown;
    std::string forced_reason;
    std::vector<std::string> running_identifiers;
};

// What would come of a request: sentences, in order.
struct PlanInfo {
    std::vector<std::string> steps;    // `start group:name on identifier`, `stop …`
    std::vector<std::string> reasons;  // of each choice and each refusal
    std::string closing;               // name of the state that ends the federation, if it does
};

// The payload of `event` (events.md 6.4): one shape for state changes, forced states, disabilities
// and deletions.
struct ProcessEventInfo {
    std::string identifier;
    std::string nick_identifier;
    std::string group;
    std::string name;
    ProcessState state = ProcessState::Unknown;
    bool expected = true;
    std::string spawnerr;
    double now = 0;            // POSIX seconds, clock of the instance where it happened
    double now_monotonic = 0;  // its monotonic clock
    double event_mtime = 0;    // monotonic clock of the publisher
    std::int32_t pid = 0;
    std::string extra_args;
    bool disabled = false;
};

}  // namespace sup

#include "common/model/info_fields.h"
