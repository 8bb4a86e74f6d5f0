#include "agent/core/membership/instance_table.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;

namespace {

InstanceTable table() {
    Settings settings;
    for (const std::string nick : {"alpha", "bravo", "charlie"}) {
        settings.instances.push_back({nick + ":60000", nick, nick, 60000});
    }
    InstanceTable made(settings);
    made.at({1}).identity.stereotypes = {"server", "alpha"};
    made.at({2}).identity.stereotypes = {"server"};
    return made;
}
using Ids = std::vector<InstanceId>;

}  // namespace

TEST_CASE("a name is an identifier, then a nick, then a stereotype (O-80)") {
    const auto instances = table();
    CHECK(instances.resolve("bravo:60000") == Ids{{1}});
    CHECK(instances.resolve("charlie") == Ids{{2}});
    CHECK(instances.resolve("server") == Ids{{1}, {2}});
    CHECK(instances.resolve("alpha") == Ids{{0}});
    CHECK(instances.resolve("nobody").empty());
}

TEST_CASE("a list of names keeps its order and the first of doubles (O-81, O-82)") {
    const std::vector<std::string> names = {"charlie", "nobody", "server", "alpha"};
    CHECK(table().resolve_all(names) == Ids{{2}, {1}, {0}});
}

TEST_CASE("an instance that is STOPPED forgets what it had published (B-19)") {
    auto instances = table();
    StateModes published;
    published.master = "bravo:60000";
    instances.set_modes({1}, published);
    instances.at({1}).next_sequence = 7;
    instances.become({1}, InstanceState::Checking, {}, "heard");
    CHECK(instances.at({1}).modes.master == "bravo:60000");
    instances.become({1}, InstanceState::Stopped, {}, "gone");
    CHECK(instances.at({1}).modes == StateModes{});
    CHECK(instances.at({1}).next_sequence == 0);
    CHECK(instances.changes() == 2);
}

TEST_CASE("a discovered instance is the last one, STOPPED, and not of the list (O-73)") {
    auto instances = table();
    const auto id = instances.add({"delta:60000", "delta", "delta", 60000}, {"server"});
    CHECK(id == InstanceId{3});
    CHECK(instances.size() == 4);
    CHECK(instances.listed() == 3);
    CHECK(instances.count(InstanceState::Stopped) == 4);
    CHECK(instances.find("delta:60000") == id);
    CHECK(instances.resolve("server") == Ids{{1}, {2}, {3}});
    CHECK(instances.states().identifier(3) == "delta:60000");
    for (const auto one : {InstanceId{1}, id}) {
        for (const auto state :
             {InstanceState::Checking, InstanceState::Checked, InstanceState::Running}) {
            instances.become(one, state, {}, "");
        }
    }
    CHECK(instances.count(InstanceState::Running) == 2);
    CHECK(instances.listed_running() == 1);
    instances.become({1}, InstanceState::Failed, {}, "");
    CHECK(instances.listed_running() == 0);
}

TEST_CASE("who is forgotten is in no list, and has its number again when it is back (O-74)") {
    auto instances = table();
    const auto delta = instances.add({"delta:60000", "delta", "delta", 60000}, {"server"});
    const auto echo = instances.add({"echo:60000", "echo", "echo", 60000}, {});
    instances.become(delta, InstanceState::Checking, {}, "heard");
    instances.become(delta, InstanceState::Checked, {}, "accepted");
    instances.become(delta, InstanceState::Running, {}, "takes part");
    instances.become(delta, InstanceState::Failed, {}, "silent");
    instances.become(delta, InstanceState::Stopped, {}, "silent");
    CHECK(instances.lost() == 1);

    instances.forget(delta);
    CHECK(instances.ids() == Ids{{0}, {1}, {2}, echo});
    CHECK(instances.size() == 4);
    CHECK(instances.lost() == 0);
    CHECK(instances.count(InstanceState::Stopped) == 4);
    CHECK_FALSE(instances.find("delta:60000"));
    CHECK(instances.resolve("delta").empty());
    CHECK(instances.resolve("server") == Ids{{1}, {2}});
    CHECK_FALSE(instances.states().as_map().contains("delta:60000"));
    instances.become(echo, InstanceState::Checking, {}, "heard");
    CHECK(instances.states().as_map().at("echo:60000") == InstanceState::Checking);

    CHECK(instances.add({"foxtrot:60000", "foxtrot", "foxtrot", 60000}, {}) == InstanceId{5});
    CHECK(instances.add({"delta:60000", "delta", "delta", 60000}, {}) == delta);
    instances.become(delta, InstanceState::Checking, {}, "heard");
    CHECK(instances.states().as_map().at("delta:60000") == InstanceState::Checking);
    CHECK(instances.states().as_map().at("foxtrot:60000") == InstanceState::Stopped);
    CHECK(instances.used_ids() == 6);
}
