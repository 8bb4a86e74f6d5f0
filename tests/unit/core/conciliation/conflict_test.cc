#include "agent/core/conciliation/conflict.h"

#include <catch2/catch.hpp>

namespace sup::core {
namespace {

std::vector<ConflictCopy> copies(std::vector<int> uptimes_s) {
    std::vector<ConflictCopy> copies;
    for (std::uint32_t i = 0; i < uptimes_s.size(); ++i) {
        // The order of identifiers is the reverse of that of instances.
        copies.push_back({{i}, std::string(1, static_cast<char>('c' - i)), 1_s * uptimes_s[i]});
    }
    return copies;
}

}  // namespace

TEST_CASE("SENICIDE keeps the youngest copy, INFANTICIDE the oldest (B-176, E-181)") {
    struct Row {
        ConciliationStrategy strategy;
        std::vector<int> uptimes_s;
        std::vector<InstanceId> stops;
    };
    const auto row = GENERATE(Row{ConciliationStrategy::Senicide, {5, 10, 15}, {{1}, {2}}},
                              Row{ConciliationStrategy::Infanticide, {5, 10, 15}, {{0}, {1}}},
                              // Ties: the smallest identifier stays, whatever its place.
                              Row{ConciliationStrategy::Senicide, {7, 7}, {{0}}},
                              Row{ConciliationStrategy::Infanticide, {7, 7}, {{0}}},
                              Row{ConciliationStrategy::Infanticide, {0, 0, 1}, {{0}, {1}}});
    CAPTURE(row.strategy, row.uptimes_s);
    const auto verdict = solve_conflict(row.strategy, copies(row.uptimes_s));
    CHECK(verdict.stops == row.stops);
    CHECK(verdict.sequel == ConflictSequel::Nothing);
    CHECK_FALSE(verdict.why.empty());
}

TEST_CASE("the other strategies stop all copies, or none (B-177)") {
    struct Row {
        ConciliationStrategy strategy;
        std::size_t stops;
        ConflictSequel sequel;
    };
    const auto row =
        GENERATE(Row{ConciliationStrategy::User, 0, ConflictSequel::Nothing},
                 Row{ConciliationStrategy::Stop, 2, ConflictSequel::StaysStopped},
                 Row{ConciliationStrategy::Restart, 2, ConflictSequel::StartedOnce},
                 Row{ConciliationStrategy::RunningFailure, 2, ConflictSequel::FailureApplies});
    CAPTURE(row.strategy);
    const auto verdict = solve_conflict(row.strategy, copies({1, 2}));
    CHECK(verdict.stops.size() == row.stops);
    CHECK(verdict.sequel == row.sequel);
}

}  // namespace sup::core
