#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/model/states.h"

namespace sup::rules {

// What a formula may look at: one process of the application, with its displayed state.
struct FormulaProcess {
    std::string_view name;
    ProcessState state = ProcessState::Unknown;
    bool expected_exit = true;
};

// The `operational_status` of an application (section 8 of rules.md, R-90..R-97): parsed and fully
// validated at load; evaluation never throws.
//
// Strings are written as in Python: quotes and backslashes may be escaped, any other backslash is
// part of the regular expression, and a leading `r` is allowed.
// Every operand is evaluated, even when the first one decides. Rationale: a leaf that matches
// nothing is then an error in all states of the processes, not only in those that reach it.
class Formula {
public:
    struct Node;

    // An error says what was wrong and at which position of the text.
    static Result<std::shared_ptr<const Formula>> parse(std::string_view text);

    // True or false, or an error (a leaf that matches nothing, a list where a boolean was
    // expected): the application is then in major failure.
    Result<bool> evaluate(std::span<const FormulaProcess> processes) const;

    explicit Formula(std::shared_ptr<const Node> root) : root_(std::move(root)) {}

private:
    std::shared_ptr<const Node> root_;
};

}  // namespace sup::rules
