#include "rules/effective.h"

#include <optional>

#include "common/base/text.h"
#include "rules/identifiers.h"

namespace sup::rules {
namespace {

// The value of the strongest level so far is replaced only by a level that has one.
template <typename T>
void override_with(T& value, const std::optional<T>& given) {
    if (given) {
        value = *given;
    }
}

void apply_level(ProcessRules& rules, std::optional<int>& stop_sequence,
                 const ProgramElement& level) {
    override_with(rules.start_sequence, level.start_sequence);
    override_with(rules.required, level.required);
    override_with(rules.wait_exit, level.wait_exit);
    override_with(rules.expected_loading, level.expected_loading);
    override_with(rules.starting_failure, level.starting_failure);
    override_with(rules.running_failure, level.running_failure);
    if (level.stop_sequence) {
        stop_sequence = level.stop_sequence;
    }
}

// R-30..R-32 and R-34.
void check_process(ProcessRules& rules, SelectedBy by, std::vector<std::string>& remarks) {
    auto& list = rules.identifiers;
    if (by == SelectedBy::Name && (list.hash || list.at)) {
        remarks.emplace_back(
            "'#' and '@' are for a pattern, not for an exact name: identifiers are '*'");
        list = {};
    }
    if (list.hash && list.at) {
        remarks.emplace_back("identifiers have '#' and '@': '#' is dropped");
        list.hash = false;
    }
    if (rules.required && rules.start_sequence == 0) {
        remarks.emplace_back(
            "it is required but its start_sequence is 0: it is taken as not required");
        rules.required = false;
    }
    if (rules.wait_exit && rules.start_sequence == 0) {
        remarks.emplace_back("wait_exit is never used because its start_sequence is 0");
    }
}

}  // namespace

ProcessRules effective_rules(const RuleSet& rules, const ApplicationElement& application,
                             const Selection<ProgramElement>& program,
                             std::vector<std::string>& remarks) {
    ProcessRules result;
    override_with(result.starting_failure, application.starting_failure);
    override_with(result.running_failure, application.running_failure);
    if (program.element == nullptr) {
        return result;
    }
    const auto chain = model_chain(rules.models, *program.element);
    if (!chain.refused.empty()) {
        remarks.push_back(concat("maximum number of references reached, model '", chain.refused,
                                 "' is not applied"));
    }
    auto levels = chain.models;
    levels.insert(levels.begin(), program.element);
    std::optional<int> stop_sequence;
    std::optional<std::string> identifiers;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        apply_level(result, stop_sequence, **level);
        // An element at any level replaces all that was inherited.
        identifiers = (*level)->identifiers ? (*level)->identifiers : identifiers;
    }
    if (identifiers) {
        result.identifiers = parse_identifiers(*identifiers, rules.aliases);
    }
    check_process(result, program.by, remarks);
    result.stop_sequence = stop_sequence.value_or(result.start_sequence);
    return result;
}

}  // namespace sup::rules
