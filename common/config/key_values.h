#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace sup::config {

// The words of an `environment` value as supervisord cuts them (Python's shlex in its old mode):
// letters, digits and _/.+-(): make words, quotes hold anything, any other sign stands alone, `#`
// drops the rest of the line.
Result<std::vector<std::string>> environment_words(std::string_view text);

// KEY=value,KEY2="other value": the pairs, in order; a later pair of the same key wins.
using KeyValues = std::vector<std::pair<std::string, std::string>>;
Result<KeyValues> parse_key_values(std::string_view text);

// Whether the command runs the program: its first word, or what follows env, nice, exec, `sh -c`…
bool does_command_run(std::string_view command, std::string_view program);

}  // namespace sup::config
