#pragma once

namespace sup {

// Builds the visitor of a variant from lambdas, one per alternative, so that a new alternative does
// not compile until every visit names it.
template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace sup
