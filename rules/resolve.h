#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/model.h"

// From the rules as written to what applies to one application or one process. Pure functions: what
// deserves a line in the log comes back as text in `remarks`.
namespace sup::rules {

// Rules of the application of that name (R-2, R-25, R-32, R-40..R-45, R-55..R-58). `instances` are
// the identifiers of all known instances in list order, over which `#` alone rolls. No
// element matches: the rules of an unmanaged application.
ApplicationRules resolve_application(const RuleSet& rules, std::string_view application,
                                     std::span<const std::string> instances,
                                     std::vector<std::string>& remarks);

// Rules of the process `process` of `application` (R-20..R-34). For an unmanaged application: the
// defaults.
ProcessRules resolve_process(const RuleSet& rules, std::string_view application,
                             std::string_view process, std::vector<std::string>& remarks);

}  // namespace sup::rules
