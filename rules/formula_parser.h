#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "rules/formula.h"
#include "rules/pattern.h"

// The grammar of `operational_status` (section 8 of rules.md) as a tree.
namespace sup::rules {

enum class NodeKind { Leaf, Any, All, Not, And, Or };

// A leaf holds its text and the pattern compiled from it; the others hold operands: one for Any,
// All and Not, two or more for And and Or.
struct Formula::Node {
    NodeKind kind = NodeKind::Leaf;
    std::string text;
    std::shared_ptr<const Pattern> pattern;
    std::vector<Node> operands;
};

// An error says at which character, what was found and what was expected.
Result<Formula::Node> parse_formula(std::string_view text);

}  // namespace sup::rules
