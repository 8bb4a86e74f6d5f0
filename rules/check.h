#pragma once

#include <string>
#include <vector>

#include "rules/model.h"

namespace sup::rules {

// What is suspect in the rules as a whole, as `file:line: what`: references, aliases
// that refer to one declared before, and for each program what its rules come to (R-30,
// ), before any process is known.
std::vector<std::string> check_rules(const RuleSet& rules);

}  // namespace sup::rules
