#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "rules/model.h"

// Reading rules files: XML parsing (libxml2 stays in parse.cc), the schema rules.xsd, and every
// check that needs only the rules (section 9 of rules.md, with its FIX outcomes).
//
// Problems are of two kinds.
// - Structure: a file that is not well-formed XML or has a document type, an unknown or misplaced
//   element or attribute, an element given twice, text or elements where there can be none. Each is
//   an error, and the set of files is refused: what the author meant is not known.
// - Values: a number out of its range, an unknown word, an invalid pattern or formula, a reference
// to
//   no model, a redefinition. Each is a warning; the element counts as absent, so that the
//   inherited value stays.
// Rationale: files that Supvisors loaded, with its messages about bad values, must load unchanged.
// All problems of all files are found in one go: an error in one file hides nothing in another.
namespace sup::rules {

// One file as text, so that nothing here opens files.
struct RulesFile {
    std::string path;
    std::string text;
};

struct LoadedRules {
    RuleSet rules;
    std::vector<std::string> warnings;  // `file:line: what, what was expected`
};

// All problems of all files, or the rules. An error means that the set must not be used (the last
// good rules stay); each message is `file:line: element, what was wrong, what was expected`.
struct LoadFailure {
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
};
using LoadOutcome = std::variant<LoadedRules, LoadFailure>;

// Files in the order that decides precedence (sorted by path, R-80). No file at all is an empty
// set.
LoadOutcome load_rules(std::span<const RulesFile> files);

}  // namespace sup::rules
