#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/document.h"
#include "rules/model.h"

namespace sup::rules {

// The definitions of one file, in document order, values checked (section 9 of rules.md). A
// definition that can never be used is reported and left out.
RuleSet read_elements(std::string_view path, const XmlElement& root,
                      std::vector<std::string>& warnings);

}  // namespace sup::rules
