#include "common/model/instance_states.h"

#include <catch2/catch.hpp>

using namespace sup;

TEST_CASE("a changed table of states leaves alone those who hold the former one") {
    const InstanceStates before(std::vector<std::string>{"b", "a"});
    auto after = before;
    after.set(1, InstanceState::Isolated);
    CHECK(before.state(1) == InstanceState::Stopped);
    CHECK_FALSE(before.has(InstanceState::Isolated));
    CHECK(after.has(InstanceState::Isolated));
    CHECK(after.as_map() == std::map<std::string, InstanceState>{{"a", InstanceState::Isolated},
                                                                 {"b", InstanceState::Stopped}});
    after.set(1, InstanceState::Running);  // one that nobody else holds
    CHECK_FALSE(after.has(InstanceState::Isolated));
    CHECK(after.has(InstanceState::Running));
}

TEST_CASE("tables of states are compared by what they hold") {
    const InstanceStates one(std::vector<std::string>{"a", "b"});
    const InstanceStates same(std::map<std::string, InstanceState>{{"a", InstanceState::Stopped},
                                                                   {"b", InstanceState::Stopped}});
    CHECK(one == same);
    auto other = same;
    other.set(0, InstanceState::Running);
    CHECK_FALSE(one == other);
    CHECK_FALSE(one == InstanceStates());
    CHECK(InstanceStates() == InstanceStates(std::vector<std::string>{}));
}

TEST_CASE("a table of states grows at its end, and those who hold it see nothing of that") {
    InstanceStates before(std::vector<std::string>{"b"});
    before.set(0, InstanceState::Running);
    const auto after = before.with_another("a");
    CHECK(before.size() == 1);
    REQUIRE(after.size() == 2);
    CHECK(after.identifier(1) == "a");
    CHECK(after.state(0) == InstanceState::Running);
    CHECK(after.state(1) == InstanceState::Stopped);
    CHECK(after.has(InstanceState::Stopped));
    CHECK_FALSE(before.has(InstanceState::Stopped));
    const auto without = after.without(0);
    REQUIRE(without.size() == 1);
    CHECK(without.identifier(0) == "a");
    CHECK_FALSE(without.has(InstanceState::Running));
}
