#include "tests/unit/rules/fixtures.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"

namespace sup::rules::testing {

LoadedRules load(std::initializer_list<RulesFile> files) {
    const std::vector<RulesFile> list(files);
    auto outcome = load_rules(list);
    if (const auto* failure = std::get_if<LoadFailure>(&outcome)) {
        FAIL(join(failure->errors, "\n"));
    }
    return std::get<LoadedRules>(std::move(outcome));
}

LoadedRules load_content(std::string_view content) {
    return load({{"rules.xml", concat("<root>", content, "</root>")}});
}

LoadFailure refused(std::string_view text) {
    const std::vector<RulesFile> files = {{"rules.xml", std::string(text)}};
    auto outcome = load_rules(files);
    REQUIRE(std::holds_alternative<LoadFailure>(outcome));
    return std::get<LoadFailure>(std::move(outcome));
}

std::string show(const IdentifierList& list) {
    std::vector<std::string> items;
    if (list.at) {
        items.emplace_back("@");
    }
    if (list.hash) {
        items.emplace_back("#");
    }
    if (list.all) {
        items.emplace_back("*");
    }
    items.insert(items.end(), list.names.begin(), list.names.end());
    return items.empty() ? "-" : join(items, ",");
}

std::string show(const ProcessRules& rules) {
    return concat(show(rules.identifiers), " ", rules.start_sequence, " ", rules.stop_sequence, " ",
                  rules.required, " ", rules.wait_exit, " ", rules.expected_loading, " ",
                  name_of(rules.starting_failure), " ", name_of(rules.running_failure));
}

ProcessRules process(const RuleSet& rules, std::string_view application, std::string_view name) {
    std::vector<std::string> remarks;
    return resolve_process(rules, application, name, remarks);
}

}  // namespace sup::rules::testing
