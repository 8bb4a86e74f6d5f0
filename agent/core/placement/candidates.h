#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/core/inventory/inventory.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/placement/placement.h"

namespace sup::core {

// Loads that are decided but not yet visible: starts ordered or planned with a target, whose
// process is still stopped there. By instance, in percents.
using Reservations = std::map<InstanceId, int>;

// The facts of a placement, collected from what is known now. Used as it is by predictions.
class CandidateFinder {
public:
    CandidateFinder(const InstanceTable& table, const Inventory& inventory,
                    const Reservations& reservations);

    // For one process, in the order of its rules (section 7 of rules.md, B-122).
    std::vector<Candidate> for_process(ProcessId process) const;
    // For a whole application on one instance: it must know all processes (SINGLE_INSTANCE).
    std::vector<Candidate> for_application(ApplicationId application) const;
    // For an application on one node: the instances of each node on which every process is known
    // somewhere (SINGLE_NODE).
    std::vector<Candidate> for_node(ApplicationId application) const;
    // Those of `for_process` of a process of a SINGLE_NODE application that belong to the node.
    std::vector<Candidate> on_node(ProcessId process, const std::string& node) const;

private:
    std::vector<InstanceId> allowed(const rules::IdentifierList& list) const;
    Candidate candidate(InstanceId instance) const;
    std::string refusal(ProcessId process, InstanceId instance) const;
    bool serves(InstanceId instance, ProcessId process) const;
    bool node_serves_all(const std::string& node, ApplicationId application,
                         std::span<const InstanceId> allowed) const;

    const InstanceTable* table_;
    const Inventory* inventory_;
    std::map<InstanceId, int> instance_loads_;
    std::map<std::string, int> node_loads_;
};

}  // namespace sup::core
