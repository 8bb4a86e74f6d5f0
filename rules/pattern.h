#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace sup::rules {

// A regular expression over the names of applications and processes (section 5 of rules.md),
// written in the dialect of Python's `re` and compiled when the rules are loaded.
//
// What is refused at load, with the position in the text: what is not valid in Python either, and
// what cannot be offered here (lookbehind, atomic groups, possessive repeats, conditional groups,
// verbose mode).
//
// Contract: matching never throws and uses bounded work and stack. A pattern whose loops are too
// large is refused at load; a name longer than kMaxNameLength (down to 100 for the largest loops),
// or one that makes the search go beyond its budget of steps, ends with GaveUp, which counts as no
// match and deserves a remark. Rationale: the search of the standard library recurses for each
// character and can take exponential time; a text of the rules must be able to do neither to an
// agent. Budgets are counted in steps, so that all agents come to the same verdict.
class Pattern {
public:
    static constexpr std::size_t kMaxNameLength = 255;   // characters
    static constexpr std::size_t kMaxTextLength = 1024;  // characters

    enum class Verdict { NoMatch, Match, GaveUp };
    struct Outcome {
        Verdict verdict = Verdict::NoMatch;
        std::size_t length = 0;  // of the matched text, in characters
        bool operator==(const Outcome&) const = default;
    };

    static Result<std::shared_ptr<const Pattern>> compile(std::string_view text);

    // The leftmost match anywhere in the name; among those that begin there, the one that comes
    // first in the order of the alternatives, as in Python.
    Outcome search(std::string_view name) const;
    // The whole name must match, whatever the alternation inside.
    Outcome match_whole(std::string_view name) const;

    const std::string& text() const { return text_; }

    struct Compiled;
    Pattern(std::string_view text, std::unique_ptr<const Compiled> compiled);
    ~Pattern();
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

private:
    enum class Scope { Anywhere, Whole };
    Outcome run(std::string_view name, Scope scope) const;

    std::string text_;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace sup::rules
