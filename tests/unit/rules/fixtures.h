#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rules/load.h"
#include "rules/resolve.h"

// Short ways to load rules from literals, and the federation of the worked examples.
namespace sup::rules::testing {

// identifiers of the four instances of the worked examples, in the order of supvisors_list.
inline const std::vector<std::string> kAlphaToDelta = {"node-a:61000", "node-b:61000",
                                                       "node-c:61000", "node-c:62000"};

// The files must load.
LoadedRules load(std::initializer_list<RulesFile> files);
// One file, rules.xml, around which <root> is put.
LoadedRules load_content(std::string_view content);
// One file, rules.xml, that must be refused.
LoadFailure refused(std::string_view text);

// `*`, `#`, `@` and the names, comma-separated; `-` for an empty list.
std::string show(const IdentifierList& list);

// identifiers, start, stop, required, wait_exit, load, starting failure, running failure.
std::string show(const ProcessRules& rules);

// Rules of a process without looking at the remarks.
ProcessRules process(const RuleSet& rules, std::string_view application, std::string_view name);

}  // namespace sup::rules::testing
