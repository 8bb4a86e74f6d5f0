#include "agent/core/queries.h"

#include <algorithm>

#include "agent/core/lookup.h"
#include "agent/core/view.h"
#include "common/base/text.h"
#include "common/model/state_gate.h"

namespace sup::core {
namespace {

std::optional<Fault> from_distribution(const View& view) {
    return state_fault(view.governor->state(), kFromDistribution);
}

Reading<ApplicationId> application_of(const View& view, std::string_view name) {
    if (const auto fault = from_distribution(view)) {
        return *fault;
    }
    return find_application(view, name);
}

Reading<std::vector<ProcessId>> processes_of(const View& view, std::string_view namespec) {
    if (const auto fault = from_distribution(view)) {
        return *fault;
    }
    return find_processes(view, namespec);
}

std::vector<std::string> identifiers_of(const rules::IdentifierList& list) {
    return list.all ? std::vector<std::string>{"*"} : list.names;
}

std::vector<InstanceId> sorted_instances(const View& view) {
    auto ids = view.table->ids();
    std::sort(ids.begin(), ids.end(), [&](InstanceId a, InstanceId b) {
        return view.table->identifier(a) < view.table->identifier(b);
    });
    return ids;
}

}  // namespace

SupvisorsInfo Queries::supvisors_state() const {
    return make_supvisors_info(*view_, now_);
}

std::vector<InstanceModesInfo> Queries::all_instances_state_modes() const {
    std::vector<InstanceModesInfo> all;
    for (const auto id : sorted_instances(*view_)) {
        all.push_back(make_modes_info(*view_, id, now_));
    }
    return all;
}

Reading<std::vector<InstanceModesInfo>> Queries::instance_state_modes(
    std::string_view identifier) const {
    const auto ids = find_instances(*view_, identifier);
    if (const auto* fault = std::get_if<Fault>(&ids)) {
        return *fault;
    }
    std::vector<InstanceModesInfo> infos;
    for (const auto id : std::get<std::vector<InstanceId>>(ids)) {
        infos.push_back(make_modes_info(*view_, id, now_));
    }
    return infos;
}

std::optional<std::pair<std::string, std::string>> Queries::master() const {
    const auto id = view_->governor->master_id();
    if (!id) {
        return std::nullopt;
    }
    const auto& who = view_->table->at(*id).who;
    return std::pair(who.identifier, who.nick);
}

StrategiesInfo Queries::strategies() const {
    const auto& settings = *view_->settings;
    return {settings.auto_fence, settings.starting_strategy, settings.conciliation_strategy,
            settings.supvisors_failure_strategy};
}

std::vector<InstanceInfo> Queries::all_instances() const {
    std::vector<InstanceInfo> all;
    for (const auto id : sorted_instances(*view_)) {
        all.push_back(make_instance_info(*view_, id));
    }
    return all;
}

Reading<std::vector<InstanceInfo>> Queries::instances(std::string_view identifier) const {
    const auto ids = find_instances(*view_, identifier);
    if (const auto* fault = std::get_if<Fault>(&ids)) {
        return *fault;
    }
    std::vector<InstanceInfo> infos;
    for (const auto id : std::get<std::vector<InstanceId>>(ids)) {
        infos.push_back(make_instance_info(*view_, id));
    }
    return infos;
}

std::vector<Undertaking> Queries::undertakings() const {
    // Without a quorum what failures ask for waits until it is back, however long (D-16).
    return view_->governor->may_act() ? view_->director->undertakings(now_)
                                      : std::vector<Undertaking>{};
}

Reading<std::vector<ApplicationInfo>> Queries::all_applications() const {
    if (const auto fault = from_distribution(*view_)) {
        return *fault;
    }
    std::vector<ApplicationInfo> all;
    for (std::uint32_t i = 0; i < view_->inventory->applications().size(); ++i) {
        if (!view_->inventory->applications()[i].removed) {
            all.push_back(make_application_info(*view_, {i}, now_));
        }
    }
    return all;
}

Reading<ApplicationInfo> Queries::application(std::string_view name) const {
    const auto id = application_of(*view_, name);
    if (const auto* fault = std::get_if<Fault>(&id)) {
        return *fault;
    }
    return make_application_info(*view_, std::get<ApplicationId>(id), now_);
}

Reading<ApplicationRulesInfo> Queries::application_rules(std::string_view name) const {
    const auto id = application_of(*view_, name);
    if (const auto* fault = std::get_if<Fault>(&id)) {
        return *fault;
    }
    const auto& application = view_->inventory->at(std::get<ApplicationId>(id));
    const auto& rules = application.rules;
    ApplicationRulesInfo info;
    info.application_name = application.name;
    info.managed = rules.managed;
    info.distribution = rules.distribution;
    info.identifiers = identifiers_of(rules.identifiers);
    info.start_sequence = rules.start_sequence;
    info.stop_sequence = rules.stop_sequence;
    info.starting_strategy = rules.starting_strategy.value_or(view_->settings->starting_strategy);
    info.starting_failure_strategy = rules.starting_failure;
    info.running_failure_strategy = rules.running_failure;
    info.status_formula = rules.status_formula_text;
    return info;
}

Reading<std::vector<ProcessInfo>> Queries::all_processes() const {
    if (const auto fault = from_distribution(*view_)) {
        return *fault;
    }
    std::vector<ProcessInfo> all;
    for (const auto id : all_processes_of(*view_)) {
        all.push_back(make_process_info(*view_, id, now_));
    }
    return all;
}

Reading<std::vector<ProcessInfo>> Queries::processes(std::string_view namespec) const {
    const auto ids = processes_of(*view_, namespec);
    if (const auto* fault = std::get_if<Fault>(&ids)) {
        return *fault;
    }
    std::vector<ProcessInfo> infos;
    for (const auto id : std::get<std::vector<ProcessId>>(ids)) {
        infos.push_back(make_process_info(*view_, id, now_));
    }
    return infos;
}

Reading<std::vector<ProcessRulesInfo>> Queries::process_rules(std::string_view namespec) const {
    const auto ids = processes_of(*view_, namespec);
    if (const auto* fault = std::get_if<Fault>(&ids)) {
        return *fault;
    }
    std::vector<ProcessRulesInfo> infos;
    for (const auto id : std::get<std::vector<ProcessId>>(ids)) {
        const auto& process = view_->inventory->at(id);
        const auto& rules = process.rules;
        const bool pending = rules.identifiers.hash || rules.identifiers.at;
        ProcessRulesInfo info;
        info.application_name = process.name.group;
        info.process_name = process.name.name;
        info.identifiers = pending ? std::vector<std::string>{} : identifiers_of(rules.identifiers);
        if (process.assigned) {
            info.identifiers = {*process.assigned};
        }
        info.start_sequence = rules.start_sequence;
        info.stop_sequence = rules.stop_sequence;
        info.required = rules.required;
        info.wait_exit = rules.wait_exit;
        info.expected_loading = rules.expected_loading;
        info.starting_failure_strategy = rules.starting_failure;
        info.running_failure_strategy = rules.running_failure;
        infos.push_back(std::move(info));
    }
    return infos;
}

Reading<std::vector<ProcessInfo>> Queries::conflicts() const {
    if (const auto fault = from_distribution(*view_)) {
        return *fault;
    }
    std::vector<ProcessInfo> conflicts;
    for (const auto id : all_processes_of(*view_)) {
        if (view_->inventory->is_conflict(id)) {
            conflicts.push_back(make_process_info(*view_, id, now_));
        }
    }
    return conflicts;
}

}  // namespace sup::core
