#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/model.h"

// Precedence between definitions of the same thing (section 10 of rules.md): aliases, models and
// patterns are replaced by the last definition, which keeps the place of the first (R-43, R-63,
// ); of exact names the first definition stays. Every redefinition is remarked
//
namespace sup::rules {

// Adds the definitions of the next file, in document order.
void merge_file(RuleSet& rules, RuleSet file, std::vector<std::string>& warnings);

// The programs of one application, which `owner` names in the warnings.
std::vector<ProgramElement> merge_programs(std::vector<ProgramElement> programs,
                                           std::string_view owner,
                                           std::vector<std::string>& warnings);

}  // namespace sup::rules
