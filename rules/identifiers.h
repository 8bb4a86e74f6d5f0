#pragma once

#include <span>
#include <string_view>

#include "rules/model.h"

namespace sup::rules {

// The list that an `identifiers` text means, aliases expanded in one pass over their declarations
// (R-50..R-53, R-60..R-63).
IdentifierList parse_identifiers(std::string_view text, std::span<const Alias> aliases);

}  // namespace sup::rules
