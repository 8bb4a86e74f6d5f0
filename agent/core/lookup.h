#pragma once

#include <string_view>
#include <vector>

#include "agent/core/queries.h"
#include "agent/core/view.h"

// What the names that users write stand for, or the fault that says that nothing has that name.
namespace sup::core {

// By identifier, nick identifier or stereotype; never empty.
Reading<std::vector<InstanceId>> find_instances(const View& view, std::string_view name);
// One instance: a stereotype of several is no answer (14.2, 1).
Reading<InstanceId> find_instance(const View& view, std::string_view name);
Reading<ApplicationId> find_application(const View& view, std::string_view name);
// `group:name`, `name`, or all of `group:*`.
Reading<std::vector<ProcessId>> find_processes(const View& view, std::string_view namespec);
// Of all applications, in order of discovery.
std::vector<ProcessId> all_processes_of(const View& view);

}  // namespace sup::core
