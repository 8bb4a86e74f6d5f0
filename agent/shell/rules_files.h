#pragma once

#include <span>
#include <string>
#include <vector>

#include "rules/load.h"

namespace sup::shell {

// The files that the globs lead to, and what came of reading them.
struct RulesReading {
    std::vector<std::string> files;  // absolute paths, sorted, each once
    rules::LoadOutcome outcome;
};

// The rules that the globs of option rules_files lead to. A glob that matches nothing is a warning;
// no glob at all means no rules. A file that cannot be read, or is not valid, fails the whole
// reading and is named: who asks keeps the rules that he has. Blocks on the disk.
RulesReading read_rules(std::span<const std::string> globs);

}  // namespace sup::shell
