#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/model/strategies.h"

// The rules as written (RuleSet: the union of all files) and as they apply to one application or
// one process (ApplicationRules, ProcessRules). Plain data; see resolve.h for the way from one to
// the other. No library behind: the core links it.
namespace sup::rules {

class Pattern;  // pattern.h
class Formula;  // formula.h

// An `identifiers` text after expansion of the aliases (R-50..R-53).
struct IdentifierList {
    bool all = true;    // `*`: every instance known at the time of use; `names` is then empty
    bool hash = false;  // `#`
    bool at = false;    // `@`
    std::vector<std::string> names;
    bool operator==(const IdentifierList&) const = default;
};

// What applies to one application (section 2 of rules.md).
struct ApplicationRules {
    bool managed = false;
    DistributionRule distribution = DistributionRule::AllInstances;
    IdentifierList identifiers;  // `#` resolved: a single name, or none (then nothing can start)
    int start_sequence = 0;
    int stop_sequence = 0;
    std::optional<StartingStrategy> starting_strategy;  // absent: the option of that name
    StartingFailureStrategy starting_failure = StartingFailureStrategy::Abort;
    RunningFailureStrategy running_failure = RunningFailureStrategy::Continue;
    std::shared_ptr<const Formula> status_formula;  // null: evaluation by `required`
    std::string status_formula_text;
};

// What applies to one process (section 3 of rules.md), checks R-30..R-32 done.
struct ProcessRules {
    IdentifierList identifiers;  // `#` or `@` still pending: see assign.h
    int start_sequence = 0;
    int stop_sequence = 0;
    bool required = false;
    bool wait_exit = false;
    int expected_loading = 0;  // percent of a node
    StartingFailureStrategy starting_failure = StartingFailureStrategy::Abort;
    RunningFailureStrategy running_failure = RunningFailureStrategy::Continue;
};

// The elements of one `program` or `model` as written; absent members inherit. One that was
// written with a name and a pattern is present twice, once for each, because the two have their own
// precedence between definitions; the same holds for an application.
struct ProgramElement {
    std::string name;
    std::shared_ptr<const Pattern> pattern;
    std::string reference;
    std::optional<std::string> identifiers;  // text, aliases not expanded
    std::optional<int> start_sequence;
    std::optional<int> stop_sequence;
    std::optional<bool> required;
    std::optional<bool> wait_exit;
    std::optional<int> expected_loading;
    std::optional<StartingFailureStrategy> starting_failure;
    std::optional<RunningFailureStrategy> running_failure;
    std::string where = {};  // `file:line` of the definition
};

struct ApplicationElement {
    std::string name;
    std::shared_ptr<const Pattern> pattern;
    std::optional<DistributionRule> distribution;
    std::optional<std::string> identifiers;
    std::optional<int> start_sequence;
    std::optional<int> stop_sequence;
    std::optional<StartingStrategy> starting_strategy;
    std::optional<StartingFailureStrategy> starting_failure;
    std::optional<RunningFailureStrategy> running_failure;
    std::shared_ptr<const Formula> status_formula;
    std::string status_formula_text;
    std::vector<ProgramElement> programs;  // in order of declaration
    std::string where = {};                // `file:line` of the definition
};

struct Alias {
    std::string name;
    std::vector<std::string> items;
    std::string where = {};  // `file:line` of the definition
};

// The union of all files, precedence between files already applied (R-80..R-85).
struct RuleSet {
    std::vector<Alias> aliases;                    // in declaration order
    std::vector<ProgramElement> models;            // `name` is the name of the model
    std::vector<ApplicationElement> applications;  // in order of declaration
    std::uint64_t digest = 0;                      // of the contents of the files, 0 without rules
};

}  // namespace sup::rules
