#pragma once

#include <string_view>

namespace sup::rules {

// The text of rules.xsd, the only definition of the structure of a rules file.
std::string_view rules_schema();

}  // namespace sup::rules
