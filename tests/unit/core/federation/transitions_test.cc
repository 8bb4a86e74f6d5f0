#include "agent/core/federation/transitions.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;
using F = FsmState;

TEST_CASE("the machine's table: entries that D-8, D-9 and D-12 found missing are there") {
    CHECK(is_allowed(F::Distribution, F::Synchronization));
    CHECK(is_allowed(F::Conciliation, F::Election));
    CHECK(is_allowed(F::Election, F::Restarting));
    CHECK_FALSE(is_allowed(F::Off, F::Election));
    CHECK_FALSE(is_allowed(F::Operation, F::Final));
    CHECK_FALSE(is_allowed(F::ShuttingDown, F::Operation));
    CHECK_FALSE(is_allowed(F::Election, F::Operation));
}

TEST_CASE("the instances' table (section 2)") {
    using I = InstanceState;
    CHECK(is_allowed(I::Stopped, I::Checking));
    CHECK(is_allowed(I::Failed, I::Isolated));
    CHECK_FALSE(is_allowed(I::Running, I::Stopped));
    CHECK_FALSE(is_allowed(I::Failed, I::Running));
    CHECK_FALSE(is_allowed(I::Checked, I::Isolated));
}

TEST_CASE("a follower catches up along a legal way (E-47)") {
    struct Row {
        F from;
        F to;
        std::vector<F> want;
    };
    const auto row = GENERATE(
        Row{F::Election, F::Operation, {F::Distribution, F::Operation}},
        Row{F::Distribution, F::Conciliation, {F::Operation, F::Conciliation}},
        Row{F::Election, F::ShuttingDown, {F::ShuttingDown}},
        Row{F::Operation, F::Final, {F::Restarting, F::Final}}, Row{F::Operation, F::Operation, {}},
        Row{F::Final, F::Operation, {}}, Row{F::Restarting, F::Operation, {}});
    CHECK(legal_way(row.from, row.to) == row.want);
}

TEST_CASE("each step of each way is in the table, and none goes through OFF") {
    for (const auto& from : kNamesOf<F>) {
        for (const auto& to : kNamesOf<F>) {
            auto at = from.value;
            for (const auto step : legal_way(from.value, to.value)) {
                CHECK(is_allowed(at, step));
                CHECK(step != F::Off);
                at = step;
            }
        }
    }
}
