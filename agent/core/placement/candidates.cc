#include "agent/core/placement/candidates.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup::core {

CandidateFinder::CandidateFinder(const InstanceTable& table, const Inventory& inventory,
                                 const Reservations& reservations)
    : table_(&table), inventory_(&inventory) {
    for (const auto id : table.ids()) {
        const auto reserved = reservations.find(id);
        const int load =
            inventory.load(id) + (reserved == reservations.end() ? 0 : reserved->second);
        instance_loads_[id] = load;
        node_loads_[table.at(id).identity.node] += load;
    }
}

std::vector<InstanceId> CandidateFinder::allowed(const rules::IdentifierList& list) const {
    return list.all ? table_->ids() : table_->resolve_all(list.names);
}

Candidate CandidateFinder::candidate(InstanceId instance) const {
    Candidate candidate;
    candidate.instance = instance;
    candidate.identifier = table_->identifier(instance);
    candidate.instance_load = instance_loads_.at(instance);
    candidate.node_load = node_loads_.at(table_->at(instance).identity.node);
    // One that has another Master would refuse our order.
    const auto& master = table_->at(instance).modes.master;
    if (!table_->is_running(instance)) {
        candidate.refusal = concat("instance is ", name_of(table_->at(instance).state));
    } else if (!master.empty() && master != table_->identifier(table_->local())) {
        candidate.refusal = concat("its Master is ", master);
    }
    return candidate;
}

bool CandidateFinder::serves(InstanceId instance, ProcessId process) const {
    const auto* copy = inventory_->at(process).copy_on(instance);
    return copy != nullptr && !copy->record.disabled;
}

std::string CandidateFinder::refusal(ProcessId process, InstanceId instance) const {
    const auto* copy = inventory_->at(process).copy_on(instance);
    if (copy == nullptr) {
        return "its supervisord does not know the process";
    }
    return copy->record.disabled ? "the program is disabled there" : "";
}

std::vector<Candidate> CandidateFinder::for_process(ProcessId id) const {
    const auto& process = inventory_->at(id);
    std::vector<InstanceId> instances;
    if (process.assigned) {
        instances = table_->resolve(*process.assigned);
    } else if (!process.rules.identifiers.hash && !process.rules.identifiers.at) {
        instances = allowed(process.rules.identifiers);
    }
    std::vector<Candidate> candidates;
    for (const auto instance : instances) {
        auto one = candidate(instance);
        if (one.refusal.empty()) {
            one.refusal = refusal(id, instance);
        }
        candidates.push_back(std::move(one));
    }
    return candidates;
}

std::vector<Candidate> CandidateFinder::for_application(ApplicationId id) const {
    const auto& application = inventory_->at(id);
    std::vector<Candidate> candidates;
    for (const auto instance : allowed(application.rules.identifiers)) {
        auto one = candidate(instance);
        for (const auto process : application.processes) {
            if (one.refusal.empty() && !serves(instance, process)) {
                one.refusal =
                    concat(inventory_->at(process).name.name, ": ", refusal(process, instance));
            }
        }
        candidates.push_back(std::move(one));
    }
    return candidates;
}

bool CandidateFinder::node_serves_all(const std::string& node, ApplicationId application,
                                      std::span<const InstanceId> allowed) const {
    const auto& processes = inventory_->at(application).processes;
    return std::all_of(processes.begin(), processes.end(), [&](ProcessId process) {
        return std::any_of(allowed.begin(), allowed.end(), [&](InstanceId instance) {
            return table_->at(instance).identity.node == node && serves(instance, process);
        });
    });
}

std::vector<Candidate> CandidateFinder::for_node(ApplicationId id) const {
    const auto& application = inventory_->at(id);
    const auto instances = allowed(application.rules.identifiers);
    std::vector<Candidate> candidates;
    for (const auto instance : instances) {
        auto one = candidate(instance);
        const auto& processes = application.processes;
        const bool serves_any =
            std::any_of(processes.begin(), processes.end(),
                        [&](ProcessId process) { return serves(instance, process); });
        if (one.refusal.empty() && !serves_any) {
            one.refusal = "its supervisord knows no process of the application";
        }
        if (one.refusal.empty() &&
            !node_serves_all(table_->at(instance).identity.node, id, instances)) {
            one.refusal = "its node does not know every process of the application";
        }
        candidates.push_back(std::move(one));
    }
    return candidates;
}

std::vector<Candidate> CandidateFinder::on_node(ProcessId process, const std::string& node) const {
    const auto& application = inventory_->at(inventory_->at(process).application);
    std::vector<Candidate> candidates;
    for (const auto instance : allowed(application.rules.identifiers)) {
        if (table_->at(instance).identity.node != node) {
            continue;
        }
        auto one = candidate(instance);
        if (one.refusal.empty()) {
            one.refusal = refusal(process, instance);
        }
        candidates.push_back(std::move(one));
    }
    return candidates;
}

}  // namespace sup::core
