#include "agent/core/lookup.h"

#include "common/base/text.h"

namespace sup::core {

Reading<std::vector<InstanceId>> find_instances(const View& view, std::string_view name) {
    auto ids = view.table->resolve(name);
    if (ids.empty()) {
        return Fault{FaultCode::BadName, concat("identifier=", name, " is unknown to Supvisors")};
    }
    return ids;
}

Reading<InstanceId> find_instance(const View& view, std::string_view name) {
    const auto found = find_instances(view, name);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return *fault;
    }
    const auto& ids = std::get<std::vector<InstanceId>>(found);
    if (ids.size() > 1) {
        return Fault{FaultCode::IncorrectParameters,
                     concat("identifier=", name, " stands for ", ids.size(),
                            " instances - one instance expected")};
    }
    return ids.front();
}

Reading<ApplicationId> find_application(const View& view, std::string_view name) {
    if (const auto id = view.inventory->find_application(name)) {
        return *id;
    }
    return Fault{FaultCode::BadName, concat("application=", name, " unknown to Supvisors")};
}

Reading<std::vector<ProcessId>> find_processes(const View& view, std::string_view text) {
    const auto namespec = parse_namespec(text);
    const auto application = find_application(view, namespec.group);
    if (const auto* fault = std::get_if<Fault>(&application)) {
        return *fault;
    }
    if (namespec.is_group()) {
        return view.inventory->at(std::get<ApplicationId>(application)).processes;
    }
    if (const auto id = view.inventory->find({namespec.group, namespec.name})) {
        return std::vector{*id};
    }
    return Fault{FaultCode::BadName,
                 concat("process=", namespec.name, " unknown in application=", namespec.group)};
}

std::vector<ProcessId> all_processes_of(const View& view) {
    std::vector<ProcessId> ids;
    for (const auto& application : view.inventory->applications()) {
        ids.insert(ids.end(), application.processes.begin(), application.processes.end());
    }
    return ids;
}

}  // namespace sup::core
