#include "rules/select.h"

#include <algorithm>

#include "common/base/text.h"
#include "rules/pattern.h"

namespace sup::rules {
namespace {

constexpr std::size_t kMaxModels = 2;

template <typename Element>
Selection<Element> select(std::span<const Element> elements, std::string_view name,
                          std::vector<std::string>& remarks) {
    for (const auto& element : elements) {
        if (!element.name.empty() && element.name == name) {
            return {&element, SelectedBy::Name};
        }
    }
    Selection<Element> best;
    std::size_t longest = 0;
    for (const auto& element : elements) {
        if (!element.pattern) {
            continue;
        }
        const auto outcome = element.pattern->search(name);
        if (outcome.verdict == Pattern::Verdict::GaveUp) {
            remarks.push_back(concat(element.where, ": the pattern '", element.pattern->text(),
                                     "' needs too much work on '", name, "': it does not apply"));
        }
        // Ties are won by the first one.
        const bool better = best.element == nullptr || outcome.length > longest;
        if (outcome.verdict == Pattern::Verdict::Match && better) {
            best = {&element, SelectedBy::Pattern};
            longest = outcome.length;
        }
    }
    return best;
}

}  // namespace

Selection<ApplicationElement> select_application(const RuleSet& rules, std::string_view name,
                                                 std::vector<std::string>& remarks) {
    return select<ApplicationElement>(rules.applications, name, remarks);
}

Selection<ProgramElement> select_program(const ApplicationElement& application,
                                         std::string_view name, std::vector<std::string>& remarks) {
    return select<ProgramElement>(application.programs, name, remarks);
}

ModelChain model_chain(std::span<const ProgramElement> models, const ProgramElement& program) {
    ModelChain chain;
    const ProgramElement* current = &program;
    while (!current->reference.empty()) {
        const auto model = std::find_if(
            models.begin(), models.end(),
            [&](const ProgramElement& candidate) { return candidate.name == current->reference; });
        if (model == models.end()) {
            chain.unknown = current->reference;
            return chain;
        }
        if (chain.models.size() == kMaxModels) {
            chain.refused = current->reference;
            return chain;
        }
        chain.models.push_back(&*model);
        current = &*model;
    }
    return chain;
}

}  // namespace sup::rules
