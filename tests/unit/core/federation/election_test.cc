#include "agent/core/federation/election.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;

namespace {

struct One {
    std::string nick;
    std::string declared;
    bool is_core = false;
};

// Identifiers are the nicks here.
std::vector<Elector> electors(const std::vector<One>& ones) {
    std::vector<Elector> all;
    for (std::uint32_t i = 0; i < ones.size(); ++i) {
        const bool is_declared = std::any_of(ones.begin(), ones.end(), [&](const One& other) {
            return other.declared == ones[i].nick;
        });
        all.push_back({{i}, ones[i].nick, ones[i].is_core, is_declared});
    }
    return all;
}

std::string winner(const std::vector<One>& ones) {
    const auto choice = choose_master(electors(ones));
    return choice ? ones[choice->master.value].nick : "";
}

}  // namespace

TEST_CASE("the vectors of the reference (section 6)") {
    struct Row {
        std::vector<One> ones;
        std::string want;
    };
    const auto row = GENERATE(Row{{{"a", ""}, {"b", ""}, {"c", "", true}}, "c"},
                              Row{{{"a", ""}, {"b", ""}, {"c", ""}}, "a"},
                              Row{{{"a", "b"}, {"b", "b"}, {"c", "", true}}, "b"},
                              Row{{{"a", "a"}, {"b", "b"}, {"c", "", true}}, "a"},
                              Row{{{"a", "a"}, {"b", "c"}, {"c", "c", true}}, "c"},
                              Row{{{"n2", ""}, {"n10", ""}}, "n10"},
                              Row{{{"B", ""}, {"a", ""}}, "B"}, Row{{}, ""},
                              // A declared Master that does not run is nobody's choice (E-34).
                              Row{{{"a", "z"}, {"b", "z"}}, "a"});
    CHECK(winner(row.ones) == row.want);
}

TEST_CASE("the choice says why") {
    CHECK(choose_master(electors({{"a", ""}, {"b", "", true}}))->why ==
          "among a b: core instance, the only one");
    CHECK(choose_master(electors({{"a", ""}, {"b", ""}}))->why == "among a b: smallest nick");
}

TEST_CASE("a Master acts when all who take part declare it (B-82), newcomers aside (D-13)") {
    const auto peer = [](FsmState fsm, const std::string& declared) {
        StateModes modes;
        modes.fsm = fsm;
        modes.master = declared;
        return modes;
    };
    Ballot ballot;
    CHECK(is_unanimous(ballot, "a"));
    ballot.add(peer(FsmState::Election, "a"));
    ballot.add(peer(FsmState::Election, ""));
    CHECK_FALSE(is_unanimous(ballot, "a"));
    ballot.remove(peer(FsmState::Election, ""));
    ballot.add(peer(FsmState::Synchronization, ""));
    CHECK(is_unanimous(ballot, "a"));
    ballot.add(peer(FsmState::Synchronization, "b"));
    CHECK_FALSE(is_unanimous(ballot, "a"));
    ballot.remove(peer(FsmState::Synchronization, "b"));
    CHECK(is_unanimous(ballot, "a"));
}

TEST_CASE("who is isolated by more than half of the peers is told, whatever changes the half") {
    const auto fencing = [](std::vector<std::string> isolated) {
        InstanceStates states(isolated);
        for (std::size_t place = 0; place < isolated.size(); ++place) {
            states.set(place, InstanceState::Isolated);
        }
        StateModes modes;
        modes.instance_states = states;
        return modes;
    };
    const std::set<std::string> nobody;
    Ballot ballot;
    ballot.add(fencing({"x"}));
    CHECK(ballot.outcasts() == std::set<std::string>{"x"});
    ballot.add(fencing({}));
    CHECK(ballot.outcasts() == nobody);
    ballot.replace(fencing({}), fencing({"x", "y"}));
    CHECK(ballot.outcasts() == std::set<std::string>{"x"});
    ballot.remove(fencing({"x"}));
    CHECK(ballot.outcasts() == std::set<std::string>{"x", "y"});
    ballot.replace(fencing({"x", "y"}), fencing({"y"}));
    CHECK(ballot.outcasts() == std::set<std::string>{"y"});
    ballot.remove(fencing({"y"}));
    CHECK(ballot.outcasts() == nobody);
    CHECK(ballot.isolated().empty());
}
