#include "agent/core/placement/placement.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;

namespace {

// The federation of the test vector of section 9: nodes X = {1, 3, 5}, Y = {6}.
std::vector<Candidate> vector_candidates() {
    return {{{1}, "1", 55, 90, ""},
            {{3}, "3", 25, 90, ""},
            {{5}, "5", 10, 90, ""},
            {{6}, "6", 75, 75, ""}};
}

// The chosen instance, 0 when there is none.
std::uint32_t chosen(const Placement& placement) {
    const auto* choice = std::get_if<Chosen>(&placement);
    return choice == nullptr ? 0 : choice->instance.value;
}

}  // namespace

TEST_CASE("the vectors of the reference (B-125)") {
    struct Row {
        int load;
        StartingStrategy strategy;
        std::uint32_t want;
    };
    using S = StartingStrategy;
    const auto row = GENERATE(
        Row{0, S::Config, 1}, Row{0, S::LessLoaded, 5}, Row{0, S::MostLoaded, 6},
        Row{0, S::LessLoadedNode, 6}, Row{0, S::MostLoadedNode, 1}, Row{0, S::Local, 1},
        Row{5, S::Config, 1}, Row{5, S::LessLoaded, 5}, Row{5, S::MostLoaded, 6},
        Row{10, S::Config, 1}, Row{10, S::LessLoaded, 5}, Row{10, S::LessLoadedNode, 6},
        Row{10, S::MostLoadedNode, 1}, Row{10, S::Local, 1}, Row{20, S::Config, 6},
        Row{20, S::LessLoaded, 6}, Row{20, S::MostLoaded, 6}, Row{20, S::LessLoadedNode, 6},
        Row{20, S::MostLoadedNode, 6}, Row{20, S::Local, 0}, Row{30, S::Config, 0},
        Row{30, S::LessLoaded, 0}, Row{30, S::MostLoaded, 0}, Row{30, S::LessLoadedNode, 0},
        Row{30, S::MostLoadedNode, 0}, Row{30, S::Local, 0});
    CAPTURE(row.load, name_of(row.strategy));
    CHECK(chosen(place({row.load, row.strategy, {1}}, vector_candidates())) == row.want);
}

TEST_CASE("ties: LESS takes the first, MOST the last in order (E-121)") {
    const std::vector<Candidate> equal = {
        {{1}, "1", 10, 10, ""}, {{2}, "2", 10, 10, ""}, {{3}, "3", 10, 10, ""}};
    CHECK(chosen(place({5, StartingStrategy::Config, {}}, equal)) == 1);
    CHECK(chosen(place({5, StartingStrategy::LessLoaded, {}}, equal)) == 1);
    CHECK(chosen(place({5, StartingStrategy::MostLoaded, {}}, equal)) == 3);
    CHECK(chosen(place({5, StartingStrategy::LessLoadedNode, {}}, equal)) == 1);
    CHECK(chosen(place({5, StartingStrategy::MostLoadedNode, {}}, equal)) == 3);
}

TEST_CASE("a node takes up to 100 and not one more (B-124, E-120)") {
    const std::vector<Candidate> one = {{{1}, "a", 40, 90, ""}};
    CHECK(chosen(place({10, StartingStrategy::Config, {}}, one)) == 1);
    const auto refused = place({11, StartingStrategy::Config, {}}, one);
    REQUIRE(std::holds_alternative<NoCandidate>(refused));
    CHECK(explain(std::get<NoCandidate>(refused).refusals) == "a: node load 90 + 11 exceeds 100");
}

TEST_CASE("a candidate that is refused is skipped, with its reason (E-123)") {
    const std::vector<Candidate> two = {{{1}, "a", 0, 0, "instance is STOPPED"},
                                        {{2}, "b", 50, 50, ""}};
    const auto placement = place({10, StartingStrategy::LessLoaded, {}}, two);
    CHECK(chosen(placement) == 2);
    const auto& refusals = std::get<Chosen>(placement).refusals;
    REQUIRE(refusals.size() == 1);
    CHECK(explain(refusals) == "a: instance is STOPPED");
}

TEST_CASE("LOCAL is that instance or none (B-125, E-122)") {
    const std::vector<Candidate> two = {{{1}, "a", 0, 0, ""}, {{2}, "b", 50, 50, ""}};
    CHECK(chosen(place({10, StartingStrategy::Local, {2}}, two)) == 2);
    CHECK(chosen(place({60, StartingStrategy::Local, {2}}, two)) == 0);
    CHECK(chosen(place({10, StartingStrategy::Local, {3}}, two)) == 0);
}

TEST_CASE("nothing to choose from is said in words") {
    CHECK(explain({}) == "no instance is allowed by the rules and knows the process");
}
