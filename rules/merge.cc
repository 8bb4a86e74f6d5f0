#include "rules/merge.h"

#include <map>

#include "common/base/text.h"
#include "rules/document.h"
#include "rules/pattern.h"

namespace sup::rules {
namespace {

// What identifies a definition, and how warnings call it.
template <typename Element>
std::string key_of(const Element& element) {
    if constexpr (requires { element.pattern; }) {
        if (element.pattern) {
            return concat("pattern '", element.pattern->text(), "'");
        }
    }
    return concat("'", element.name, "'");
}

enum class Winner { First, Last };

// The winner among two definitions of the same key.
template <typename Element>
Winner winner_of(const Element& element) {
    return element.pattern ? Winner::Last : Winner::First;
}

template <typename Element, typename Rule>
void merge(std::vector<Element>& elements, std::vector<Element> more, Rule&& winner,
           const std::pair<std::string, std::vector<std::string>*>& report) {
    const auto& [kind, warnings] = report;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        places.emplace(key_of(elements[i]), i);
    }
    for (auto& element : more) {
        const std::string key = key_of(element);
        const auto [place, is_new] = places.emplace(key, elements.size());
        if (is_new) {
            elements.push_back(std::move(element));
            continue;
        }
        Element& former = elements[place->second];
        const std::string subject = concat(element.where, ": ", kind, " ", shorten(key));
        if (winner(element) == Winner::First) {
            warnings->push_back(
                concat(subject, " is ignored: it is already defined at ", former.where));
        } else {
            warnings->push_back(concat(subject, " replaces the definition at ", former.where));
            former = std::move(element);
        }
    }
}

}  // namespace

void merge_file(RuleSet& rules, RuleSet file, std::vector<std::string>& warnings) {
    const auto last = [](const auto&) { return Winner::Last; };
    merge(rules.aliases, std::move(file.aliases), last, {"alias", &warnings});
    merge(rules.models, std::move(file.models), last, {"model", &warnings});
    merge(rules.applications, std::move(file.applications), winner_of<ApplicationElement>,
          {"application", &warnings});
}

std::vector<ProgramElement> merge_programs(std::vector<ProgramElement> programs,
                                           std::string_view owner,
                                           std::vector<std::string>& warnings) {
    std::vector<ProgramElement> merged;
    merge(merged, std::move(programs), winner_of<ProgramElement>,
          {concat(owner, ", program"), &warnings});
    return merged;
}

}  // namespace sup::rules
