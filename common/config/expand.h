#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/result.h"

namespace sup::config {

// What %(name)s may stand for: a text, or a number that also accepts %(name)02d.
using Expansion = std::variant<std::string, std::int64_t>;
using Expansions = std::map<std::string, Expansion, std::less<>>;

// The text with its %(name)… replaced, exactly as Python's `text % names` does it: `%%` is a
// percent sign, flags, width and precision are obeyed, and whatever Python refuses is refused.
Result<std::string> expand(std::string_view text, const Expansions& names);

}  // namespace sup::config
