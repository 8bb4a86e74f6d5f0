#include "rules/elements.h"

#include "common/base/text.h"
#include "rules/formula.h"
#include "rules/merge.h"
#include "rules/pattern.h"
#include "rules/values.h"

namespace sup::rules {
namespace {

// Who an element applies to.
struct Target {
    std::string name;
    std::shared_ptr<const Pattern> pattern;
};

// An element without a target is reported: it can never be selected.
Target read_target(const Reporter& reporter, const XmlElement& element, std::string_view subject) {
    Target target;
    if (const auto* name = element.attribute("name")) {
        target.name = *name;
    }
    const auto* pattern = element.attribute("pattern");
    if (pattern != nullptr) {
        auto compiled = Pattern::compile(*pattern);
        if (compiled) {
            target.pattern = std::move(*compiled);
        } else {
            const auto* rest =
                target.name.empty() ? "the element is ignored" : "only its name counts";
            reporter.warn(element, concat(subject, ", pattern '", shorten(*pattern),
                                          "': ", compiled.error().message, "; ", rest));
        }
    }
    if (target.name.empty() && pattern == nullptr) {
        reporter.warn(
            element, concat(subject, ": a name or a pattern was expected; the element is ignored"));
    }
    return target;
}

// One element for the name and one for the pattern.
template <typename Element>
void add_for_target(std::vector<Element>& elements, const Element& element, const Target& target) {
    if (!target.name.empty()) {
        elements.push_back(element);
        elements.back().name = target.name;
    }
    if (target.pattern) {
        elements.push_back(element);
        elements.back().pattern = target.pattern;
    }
}

ProgramElement read_program(const Reporter& reporter, const XmlElement& element,
                            std::string subject) {
    const ValueReader values(reporter, element, std::move(subject));
    ProgramElement program;
    program.where = reporter.where(element);
    program.identifiers = values.identifiers();
    program.start_sequence = values.sequence("start_sequence");
    program.stop_sequence = values.sequence("stop_sequence");
    program.required = values.boolean("required");
    program.wait_exit = values.boolean("wait_exit");
    program.expected_loading = values.loading("expected_loading");
    program.starting_failure =
        values.enumeration<StartingFailureStrategy>("starting_failure_strategy");
    program.running_failure =
        values.enumeration<RunningFailureStrategy>("running_failure_strategy");
    for (const auto& child : element.children) {
        if (child.name != "reference") {
            continue;
        }
        program.reference = child.text;
        if (child.text.empty()) {
            values.refuse(child, "it is empty: the name of a model was expected");
        }
        break;
    }
    return program;
}

void read_model(const Reporter& reporter, const XmlElement& element, RuleSet& rules) {
    const auto subject = describe(element);
    const auto* name = element.attribute("name");
    if (name == nullptr || name->empty()) {
        reporter.warn(element, concat(subject, ": a name was expected; the element is ignored"));
        return;
    }
    if (element.attribute("pattern") != nullptr) {
        reporter.warn(element, concat(subject, ": a pattern has no meaning for a model"));
    }
    rules.models.push_back(read_program(reporter, element, subject));
    rules.models.back().name = *name;
}

//
void read_alias(const Reporter& reporter, const XmlElement& element, RuleSet& rules) {
    const auto* name = element.attribute("name");
    Alias alias{name == nullptr ? "" : *name, split_list(element.text), reporter.where(element)};
    if (alias.name.empty() || alias.items.empty()) {
        const auto* missing =
            alias.name.empty() ? "a name" : "a comma-separated list of identifiers";
        reporter.warn(element, concat(describe(element), ": ", missing,
                                      " was expected; the element is ignored"));
        return;
    }
    rules.aliases.push_back(std::move(alias));
}

//
void read_formula(const ValueReader& values, ApplicationElement& application) {
    const XmlElement* element = values.child("operational_status");
    if (element == nullptr) {
        return;
    }
    auto formula = Formula::parse(element->text);
    if (!formula) {
        values.refuse(*element, formula.error().message);
        return;
    }
    application.status_formula = std::move(*formula);
    application.status_formula_text = trim(element->text);
}

std::vector<ProgramElement> read_programs(const Reporter& reporter, const XmlElement& application,
                                          std::string_view owner) {
    std::vector<ProgramElement> programs;
    for (const auto& group : application.children) {
        if (group.name != "programs") {
            continue;
        }
        for (const auto& element : group.children) {
            auto subject = concat(owner, ", ", describe(element));
            const Target target = read_target(reporter, element, subject);
            const auto program = read_program(reporter, element, std::move(subject));
            add_for_target(programs, program, target);
        }
    }
    return merge_programs(std::move(programs), owner, *reporter.warnings);
}

void read_application(const Reporter& reporter, const XmlElement& element, RuleSet& rules) {
    const ValueReader values(reporter, element, describe(element));
    const Target target = read_target(reporter, element, values.subject());
    ApplicationElement application;
    application.where = reporter.where(element);
    application.distribution = values.enumeration<DistributionRule>("distribution");
    application.identifiers = values.identifiers();
    application.start_sequence = values.sequence("start_sequence");
    application.stop_sequence = values.sequence("stop_sequence");
    application.starting_strategy = values.enumeration<StartingStrategy>("starting_strategy");
    application.starting_failure =
        values.enumeration<StartingFailureStrategy>("starting_failure_strategy");
    application.running_failure =
        values.enumeration<RunningFailureStrategy>("running_failure_strategy");
    read_formula(values, application);
    application.programs = read_programs(reporter, element, values.subject());
    add_for_target(rules.applications, application, target);
}

}  // namespace

RuleSet read_elements(std::string_view path, const XmlElement& root,
                      std::vector<std::string>& warnings) {
    const Reporter reporter{std::string(path), &warnings};
    RuleSet rules;
    for (const auto& element : root.children) {
        if (element.name == "alias") {
            read_alias(reporter, element, rules);
        } else if (element.name == "model") {
            read_model(reporter, element, rules);
        } else if (element.name == "application") {
            read_application(reporter, element, rules);
        }
    }
    return rules;
}

}  // namespace sup::rules
