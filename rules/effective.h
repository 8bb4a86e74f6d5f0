#pragma once

#include <string>
#include <vector>

#include "rules/model.h"
#include "rules/select.h"

namespace sup::rules {

// What a program element comes to for a process of the application: defaults, application, models
// and the element itself, one over the other (R-20..R-26), then the checks R-30..R-32 and R-34. A
// selection of nothing gives what the application alone says. Remarks do not name the process.
ProcessRules effective_rules(const RuleSet& rules, const ApplicationElement& application,
                             const Selection<ProgramElement>& program,
                             std::vector<std::string>& remarks);

}  // namespace sup::rules
