#include "agent/shell/agent_settings.h"

#include <catch2/catch.hpp>

namespace sup::shell {
namespace {

config::Options two_instances() {
    config::Options options;
    options.supvisors_list = {{"b:60000", "b", "b", 60000, 60003},
                              {"a:60000", "a", "a", 60000, 60003}};
    options.list_is_set = true;
    options.local = 1;
    options.core_identifiers = {"b", "a"};
    options.synchro_options = {SynchronizationOption::Timeout, SynchronizationOption::Core};
    return options;
}

TEST_CASE("instances keep the order of the list, and we know our place") {
    const auto settings = make_settings(two_instances(), "node", StartedBy::Other);
    REQUIRE(settings.instances.size() == 2);
    CHECK(settings.instances[0].identifier == "b:60000");
    CHECK(settings.local.value == 1);
    CHECK(settings.node == "node");
    CHECK_FALSE(settings.run_by_supervisor);
    CHECK(make_settings(two_instances(), "node", StartedBy::Supervisor).run_by_supervisor);
}

TEST_CASE("what must be equal everywhere is a value with the option's name (O-46)") {
    const auto shared = make_settings(two_instances(), "node", StartedBy::Other).shared_options;
    CHECK(shared.at("supvisors_list") == "b:60000,a:60000");  // an order
    CHECK(shared.at("core_identifiers") == "a,b");            // a set
    CHECK(shared.at("synchro_options") == "CORE,TIMEOUT");    // a set
    CHECK(shared.at("auto_fence") == "false");
    CHECK(shared.at("tick_period") == "1000 ms");
    CHECK(shared.at("inactivity_ticks") == "3");
    for (const auto* name :
         {"starting_strategy", "conciliation_strategy", "supvisors_failure_strategy"}) {
        CHECK(shared.contains(name));
    }
}

TEST_CASE("instances that have no list have nothing to compare") {
    auto options = two_instances();
    options.list_is_set = false;
    CHECK(make_settings(options, "node", StartedBy::Other)
              .shared_options.at("supvisors_list")
              .empty());
}

TEST_CASE(
    "with discovery, lists may differ, and STRICT with them, the group may not (O-46, O-70)") {
    auto options = two_instances();
    options.multicast_group = "239.0.0.1:1234";
    options.synchro_options.push_back(SynchronizationOption::Strict);
    auto settings = make_settings(options, "node", StartedBy::Other);
    CHECK(settings.discovery);
    CHECK(settings.federation_port == 60003);
    CHECK(settings.shared_options.at("multicast_group") == "239.0.0.1:1234");
    CHECK(settings.shared_options.at("supvisors_list").empty());
    CHECK(settings.shared_options.at("synchro_options") == "CORE,TIMEOUT");
    CHECK(settings.synchro_options == options.synchro_options);
    options.multicast_group.clear();
    settings = make_settings(options, "node", StartedBy::Other);
    CHECK_FALSE(settings.discovery);
    CHECK(settings.shared_options.at("synchro_options") == "CORE,STRICT,TIMEOUT");
}

TEST_CASE("node_id tells hosts apart better than their names (O-65)") {
    auto options = two_instances();
    options.node_id = "0123";
    CHECK(make_settings(options, "node", StartedBy::Other).node == "0123");
}

}  // namespace
}  // namespace sup::shell
