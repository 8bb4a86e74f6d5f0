#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/model.h"

// Which element applies to a name (R-24, R-25, R-40..R-45).
namespace sup::rules {

enum class SelectedBy { Nothing, Name, Pattern };

template <typename Element>
struct Selection {
    const Element* element = nullptr;  // null with SelectedBy::Nothing
    SelectedBy by = SelectedBy::Nothing;
};

// The exact name, else the pattern whose matched text is the longest, else nothing. A pattern that
// gives up on the name is remarked and does not match.
Selection<ApplicationElement> select_application(const RuleSet& rules, std::string_view name,
                                                 std::vector<std::string>& remarks);
Selection<ProgramElement> select_program(const ApplicationElement& application,
                                         std::string_view name, std::vector<std::string>& remarks);

// The element and the models it refers to, nearest first: at most two.
struct ModelChain {
    std::vector<const ProgramElement*> models;
    std::string refused;  // the reference to a third one, not followed
    std::string unknown;  // the reference to a model that does not exist
};
ModelChain model_chain(std::span<const ProgramElement> models, const ProgramElement& program);

}  // namespace sup::rules
