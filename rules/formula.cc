#include "rules/formula.h"

#include <algorithm>
#include <vector>

#include "common/base/text.h"
#include "rules/formula_parser.h"

namespace sup::rules {
namespace {

using Node = Formula::Node;

// What a part of a formula is worth: a boolean is a list of one.
struct Value {
    std::size_t matched = 1;
    std::size_t true_count = 0;
};

Value boolean(bool value) {
    return {1, value ? std::size_t{1} : std::size_t{0}};
}

//
bool is_operational(const FormulaProcess& process) {
    return is_running_like(process.state) ||
           (process.state == ProcessState::Exited && process.expected_exit);
}

class Evaluation {
public:
    explicit Evaluation(std::span<const FormulaProcess> processes) : processes_(processes) {}

    // The depth of the tree was bounded by the parser.
    Result<Value> value(const Node& node) const {
        switch (node.kind) {
            case NodeKind::Leaf:
                return leaf(node);
            case NodeKind::Any:
            case NodeKind::All:
                return quantified(node);
            case NodeKind::Not:
            case NodeKind::And:
            case NodeKind::Or:
                return combined(node);
        }
        return Error{"this formula has an unknown operator"};
    }

    Result<bool> truth(const Node& node) const {
        const auto result = value(node);
        if (!result) {
            return result.error();
        }
        if (result->matched != 1) {
            return Error{concat("'", node.text, "' matches ", result->matched,
                                " processes: any() or all() was expected around it")};
        }
        return result->true_count == 1;
    }

private:
    //
    Result<Value> leaf(const Node& node) const {
        for (const auto& process : processes_) {
            if (process.name == node.text) {
                return boolean(is_operational(process));
            }
        }
        Value found{0, 0};
        for (const auto& process : processes_) {
            const auto outcome = node.pattern->match_whole(process.name);
            if (outcome.verdict == Pattern::Verdict::GaveUp) {
                return Error{concat("'", node.text, "' needs too much work on the process name '",
                                    process.name, "'")};
            }
            if (outcome.verdict == Pattern::Verdict::Match) {
                ++found.matched;
                found.true_count += is_operational(process) ? 1 : 0;
            }
        }
        if (found.matched == 0) {
            return Error{concat("'", node.text, "' matches no process of the application")};
        }
        return found;
    }

    //
    Result<Value> quantified(const Node& node) const {
        const auto list = value(node.operands.front());
        if (!list) {
            return list.error();
        }
        const std::size_t needed = node.kind == NodeKind::All ? list->matched : 1;
        return boolean(list->true_count >= needed);
    }

    Result<Value> combined(const Node& node) const {
        std::size_t true_count = 0;
        for (const auto& operand : node.operands) {
            const auto operand_truth = truth(operand);
            if (!operand_truth) {
                return operand_truth.error();
            }
            true_count += *operand_truth ? 1 : 0;
        }
        if (node.kind == NodeKind::Not) {
            return boolean(true_count == 0);
        }
        return boolean(true_count >= (node.kind == NodeKind::And ? node.operands.size() : 1));
    }

    std::span<const FormulaProcess> processes_;
};

}  // namespace

Result<std::shared_ptr<const Formula>> Formula::parse(std::string_view text) {
    auto root = parse_formula(text);
    if (!root) {
        return root.error();
    }
    return std::make_shared<const Formula>(std::make_shared<const Node>(std::move(*root)));
}

Result<bool> Formula::evaluate(std::span<const FormulaProcess> processes) const {
    return Evaluation(processes).truth(*root_);
}

}  // namespace sup::rules
