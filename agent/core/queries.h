#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/sequencing/undertaking.h"
#include "common/base/time.h"
#include "common/model/infos.h"
#include "common/model/requests.h"

namespace sup::core {

struct View;

// Whether a client may start a process by supervisord's own methods.
struct Startable {
    ProcessName process;
    ProcessState state = ProcessState::Unknown;
    std::optional<Fault> refusal;
    bool is_hidden = false;  // it exists for nobody but supervisord
};

template <typename T>
using Reading = std::variant<T, Fault>;  // what was asked for, or a legitimate no

// Reads for users: each function is one status method of the API (section 3 of its reference), with
// its gate, its faults and its order. Nothing here changes anything.
class Queries {
public:
    Queries(const View& view, Instant now) : view_(&view), now_(now) {}

    SupvisorsInfo supvisors_state() const;
    std::vector<InstanceModesInfo> all_instances_state_modes() const;
    Reading<std::vector<InstanceModesInfo>> instance_state_modes(std::string_view identifier) const;
    // Identifier and nick, or nothing while there is no Master.
    std::optional<std::pair<std::string, std::string>> master() const;
    StrategiesInfo strategies() const;
    std::vector<InstanceInfo> all_instances() const;
    Reading<std::vector<InstanceInfo>> instances(std::string_view identifier) const;
    Reading<std::vector<ApplicationInfo>> all_applications() const;
    Reading<ApplicationInfo> application(std::string_view name) const;
    Reading<ApplicationRulesInfo> application_rules(std::string_view name) const;
    Reading<std::vector<ProcessInfo>> all_processes() const;
    Reading<std::vector<ProcessInfo>> processes(std::string_view namespec) const;
    Reading<std::vector<ProcessRulesInfo>> process_rules(std::string_view namespec) const;
    Reading<std::vector<ProcessInfo>> conflicts() const;
    // Where what is asked for would go, if it were asked for now (B-147).
    Reading<std::vector<PredictionInfo>> test_start_application(
        const StartApplication& request) const;
    Reading<std::vector<PredictionInfo>> test_start_process(const StartProcess& request) const;
    // What would come of a request, or of the loss of an instance, step by step and with reasons.
    Reading<PlanInfo> plan(const Request& request) const;
    Reading<PlanInfo> plan_loss(std::string_view identifier) const;
    // What is under way here, and until when each thing is left to itself.
    std::vector<Undertaking> undertakings() const;
    // Of our supervisord, hidden ones included, sorted by name.
    std::vector<Startable> startables() const;
    StatisticsStatusInfo statistics_status() const;
    Reading<NetworkInfo> network(std::string_view identifier) const;
    // What we hold of the processes of other instances as well.
    Reading<std::vector<InnerProcessInfo>> all_inner_processes(std::string_view identifier) const;
    Reading<std::vector<InnerProcessInfo>> inner_processes(std::string_view identifier,
                                                           std::string_view namespec) const;
    std::vector<LocalProcessInfo> all_local_processes() const;
    Reading<LocalProcessInfo> local_process(std::string_view namespec) const;

private:
    const View* view_;
    Instant now_;
};

}  // namespace sup::core
