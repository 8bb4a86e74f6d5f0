#include "agent/core/placement/assignment.h"

#include <algorithm>
#include <map>

#include "rules/assign.h"

namespace sup::core {
namespace {

bool is_pending(const Process& process) {
    return process.rules.identifiers.hash || process.rules.identifiers.at;
}

void assign_group(Inventory& inventory, const InstanceTable& table,
                  const std::vector<ProcessId>& group, std::vector<std::string>& remarks) {
    std::vector<rules::GroupMember> members;
    for (const auto id : group) {
        members.push_back({inventory.at(id).rules.identifiers, inventory.at(id).assigned});
    }
    // The list of the process added last applies to the whole group.
    const auto& list = members.back().identifiers;
    const auto instances = list.names.empty() ? table.ids() : table.resolve_all(list.names);
    std::vector<std::string> reference;
    for (const auto instance : instances) {
        reference.push_back(table.identifier(instance));
    }
    rules::assign_members(members, reference, remarks);
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (members[i].assigned) {
            inventory.assign(group[i], *members[i].assigned);
        }
    }
}

}  // namespace

void assign_processes(Inventory& inventory, const InstanceTable& table, ApplicationId application,
                      std::vector<std::string>& remarks) {
    std::map<std::string, std::vector<ProcessId>> groups;
    for (const auto id : inventory.at(application).processes) {
        if (is_pending(inventory.at(id))) {
            groups[inventory.at(id).program()].push_back(id);
        }
    }
    for (auto& [program, group] : groups) {
        std::stable_sort(group.begin(), group.end(), [&](ProcessId a, ProcessId b) {
            return inventory.at(a).index() < inventory.at(b).index();
        });
        assign_group(inventory, table, group, remarks);
    }
}

}  // namespace sup::core
