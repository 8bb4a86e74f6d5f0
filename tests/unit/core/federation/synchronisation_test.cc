#include "agent/core/federation/synchronisation.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;
using O = SynchronizationOption;

namespace {

Settings settings_of(std::vector<SynchronizationOption> options, std::vector<std::string> core) {
    Settings settings;
    for (const std::string name : {"a", "b", "c"}) {
        settings.instances.push_back({name, name, name, 60000});
    }
    settings.list_is_set = true;
    settings.synchro_options = std::move(options);
    settings.core_identifiers = std::move(core);
    return settings;
}

InstanceTable table_of(const Settings& settings, std::uint32_t running) {
    InstanceTable table(settings);
    for (std::uint32_t i = 0; i < running; ++i) {
        table.become({i}, InstanceState::Checking, {}, "");
        table.become({i}, InstanceState::Checked, {}, "");
        table.become({i}, InstanceState::Running, {}, "");
    }
    return table;
}

}  // namespace

TEST_CASE("each condition ends the phase (B-60..B-64)") {
    struct Row {
        O option;
        std::uint32_t running;
        Duration uptime;
        bool want;
    };
    const auto row = GENERATE(Row{O::Strict, 2, 60_s, false}, Row{O::Strict, 3, 0_s, true},
                              Row{O::List, 2, 60_s, false}, Row{O::List, 3, 0_s, true},
                              Row{O::Timeout, 1, 14'999_ms, false}, Row{O::Timeout, 1, 15_s, true},
                              Row{O::Core, 2, 5_s, false}, Row{O::Core, 2, 15_s, true},
                              Row{O::Core, 1, 60_s, false}, Row{O::User, 3, 60_s, false});
    const auto settings = settings_of({row.option}, {"b"});
    const auto table = table_of(settings, row.running);
    CAPTURE(name_of(row.option), row.running, row.uptime.ms);
    const auto verdict = evaluate_synchronisation(settings, table, {row.uptime, false, false});
    CHECK(verdict.ended == row.want);
}

TEST_CASE("any one of the selected conditions is enough (B-65)") {
    const auto settings = settings_of({O::Strict, O::Timeout}, {});
    const auto table = table_of(settings, 2);
    CHECK_FALSE(evaluate_synchronisation(settings, table, {14_s, false, false}).ended);
    CHECK(evaluate_synchronisation(settings, table, {15_s, false, false}).why == "TIMEOUT holds");
}

TEST_CASE("STRICT needs a list (O-41), CORE needs known names (E-32)") {
    auto settings = settings_of({O::Strict}, {});
    settings.list_is_set = false;
    const auto all = table_of(settings, 3);
    CHECK_FALSE(evaluate_synchronisation(settings, all, {60_s, false, false}).ended);
    const auto nobody = settings_of({O::Core}, {"nobody"});
    CHECK_FALSE(evaluate_synchronisation(nobody, table_of(nobody, 3), {60_s, false, false}).ended);
}

TEST_CASE("a known Master ends it for USER, a Master at work for everybody") {
    const auto user = settings_of({O::User}, {});
    const auto strict = settings_of({O::Strict}, {});
    CHECK(evaluate_synchronisation(user, table_of(user, 1), {1_s, true, false}).ended);
    CHECK_FALSE(evaluate_synchronisation(strict, table_of(strict, 1), {1_s, true, false}).ended);
    CHECK(evaluate_synchronisation(strict, table_of(strict, 1), {1_s, true, true}).ended);
}

TEST_CASE("degraded: STRICT, LIST or CORE does not hold (B-65, E-53..E-55)") {
    struct Row {
        std::vector<O> options;
        std::uint32_t running;
        bool want;
    };
    const auto row = GENERATE(Row{{O::Strict, O::Core}, 2, true}, Row{{O::Core}, 2, false},
                              Row{{O::User, O::Core}, 1, true}, Row{{O::User}, 1, false},
                              Row{{O::Timeout}, 1, false}, Row{{O::Strict, O::Timeout}, 3, false},
                              Row{{O::List}, 2, true});
    const auto settings = settings_of(row.options, {"b"});
    CHECK(is_degraded(settings, table_of(settings, row.running)) == row.want);
}

TEST_CASE("STRICT is about the list, LIST about all that are known (B-60, B-61, O-73)") {
    const auto strict = settings_of({O::Strict}, {});
    auto table = table_of(strict, 3);
    table.add({"d", "d", "d", 60000}, {});
    CHECK(evaluate_synchronisation(strict, table, {0_s, false, false}).ended);
    CHECK_FALSE(is_degraded(strict, table));
    CHECK(judged_instances(strict, table).size() == 3);
    const auto list = settings_of({O::List}, {});
    CHECK_FALSE(evaluate_synchronisation(list, table, {0_s, false, false}).ended);
    CHECK(is_degraded(list, table));
    CHECK(judged_instances(list, table).size() == 4);
}
