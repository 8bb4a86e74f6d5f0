#pragma once

#include <string>
#include <vector>

#include "agent/core/inventory/inventory.h"
#include "agent/core/membership/instance_table.h"

namespace sup::core {

// Gives the processes of an application their instances where the rules say `#` or `@`
// (R-65..R-73). To be called before any start of the application or of one of its processes; what
// was assigned once stays.
void assign_processes(Inventory& inventory, const InstanceTable& table, ApplicationId application,
                      std::vector<std::string>& remarks);

}  // namespace sup::core
