#include "common/model/infos.h"

#include <catch2/catch.hpp>
#include <type_traits>

namespace sup {
namespace {

using Fields = std::vector<std::string>;

// Names and types of the fields of a structure: `name:type`, with the types of the interface.
struct Describe {
    Fields fields;

    void operator()(std::string_view name, bool) { add(name, "boolean"); }
    void operator()(std::string_view name, std::int32_t) { add(name, "int"); }
    void operator()(std::string_view name, double) { add(name, "double"); }
    void operator()(std::string_view name, const std::string&) { add(name, "string"); }
    void operator()(std::string_view name, const std::vector<std::string>&) { add(name, "array"); }
    void operator()(std::string_view name, const std::map<std::string, std::string>&) {
        add(name, "struct");
    }
    // A structure inside another.
    template <typename T>
    void operator()(std::string_view name, const T&) {
        add(name, "struct");
    }
    void add(std::string_view name, std::string_view type) {
        fields.push_back(std::string(name) + ":" + std::string(type));
    }
};

template <typename Info>
Fields fields_of(const Info& info) {
    Describe describe;
    for_each_field(info, describe);
    return describe.fields;
}

TEST_CASE("S5 emits the period as a double, whatever was given") {
    CHECK(fields_of(StatisticsStatusInfo{}) ==
          Fields{"host_stats:boolean", "process_stats:boolean", "collecting_period:double"});
}

TEST_CASE("S6 has no network before the handshake") {
    Fields want{"identifier:string", "nick_identifier:string", "host_id:string", "http_port:int",
                "stereotypes:array"};
    NetworkInfo info;
    CHECK(fields_of(info) == want);
    info.network.emplace();
    want.emplace_back("network:struct");
    CHECK(fields_of(info) == want);
    CHECK(fields_of(*info.network) ==
          Fields{"machine_id:string", "fqdn:string", "addresses:struct"});
    CHECK(fields_of(NetworkAddress{}) ==
          Fields{"host_name:string", "aliases:array", "ipv4_addresses:array", "nic_info:struct"});
}

TEST_CASE("S13 is S12 with what the holder adds") {
    auto want = fields_of(LocalProcessInfo{});
    for (const auto* more :
         {"local_mtime:double", "event_time:double", "uptime:double", "has_crashed:boolean",
          "identifier:string", "nick_identifier:string"}) {
        want.emplace_back(more);
    }
    CHECK(fields_of(InnerProcessInfo{}) == want);
}

TEST_CASE("S1 and S2 differ by the type of their jobs only") {
    const Fields before{"identifier:string",      "nick_identifier:string",
                        "now_monotonic:double",   "fsm_statecode:int",
                        "fsm_statename:string",   "degraded_mode:boolean",
                        "discovery_mode:boolean", "master_identifier:string"};
    auto s1 = before;
    s1.insert(s1.end(), {"starting_jobs:array", "stopping_jobs:array", "instance_states:struct"});
    auto s2 = before;
    s2.insert(s2.end(),
              {"starting_jobs:boolean", "stopping_jobs:boolean", "instance_states:struct"});
    CHECK(fields_of(SupvisorsInfo{}) == s1);
    CHECK(fields_of(InstanceModesInfo{}) == s2);
}

TEST_CASE("S4 keeps its hyphen") {
    CHECK(fields_of(StrategiesInfo{}) == Fields{"auto-fencing:boolean", "starting:string",
                                                "conciliation:string", "supvisors_failure:string"});
}

// clients.md 3.2: the Java client casts to these types.
TEST_CASE("S7 has the fields and types that clients cast to (B-1, B-11, B-33)") {
    CHECK(fields_of(InstanceInfo{}) ==
          Fields{"identifier:string", "nick_identifier:string", "node_name:string", "port:int",
                 "statecode:int", "statename:string", "loading:int", "process_failure:boolean",
                 "remote_sequence_counter:int", "remote_mtime:double", "remote_time:int",
                 "local_sequence_counter:int", "local_mtime:double", "local_time:int"});
}

TEST_CASE("S8 and S10") {
    CHECK(fields_of(ApplicationInfo{}) == Fields{"application_name:string", "managed:boolean",
                                                 "now_monotonic:double", "statecode:int",
                                                 "statename:string", "major_failure:boolean",
                                                 "minor_failure:boolean"});
    CHECK(fields_of(ProcessInfo{}) ==
          Fields{"application_name:string", "process_name:string", "now_monotonic:double",
                 "statecode:int", "statename:string", "expected_exit:boolean",
                 "last_event_mtime:double", "identifiers:array", "extra_args:string"});
}

TEST_CASE("S9 of an unmanaged application has two fields") {
    ApplicationRulesInfo info;
    CHECK(fields_of(info) == Fields{"application_name:string", "managed:boolean"});
    info.managed = true;
    CHECK(fields_of(info) == Fields{"application_name:string", "managed:boolean",
                                    "distribution:string", "identifiers:array",
                                    "start_sequence:int", "stop_sequence:int",
                                    "starting_strategy:string", "starting_failure_strategy:string",
                                    "running_failure_strategy:string", "status_formula:string"});
}

TEST_CASE("S11 says expected_loading") {
    CHECK(fields_of(ProcessRulesInfo{}) ==
          Fields{"application_name:string", "process_name:string", "identifiers:array",
                 "start_sequence:int", "stop_sequence:int", "required:boolean", "wait_exit:boolean",
                 "expected_loading:int", "starting_failure_strategy:string",
                 "running_failure_strategy:string"});
}

TEST_CASE("S12 has the fields and types that clients cast to (B-92, B-93)") {
    CHECK(fields_of(LocalProcessInfo{}) == Fields{"name:string",
                                                  "group:string",
                                                  "state:int",
                                                  "statename:string",
                                                  "start:int",
                                                  "stop:int",
                                                  "now:int",
                                                  "pid:int",
                                                  "description:string",
                                                  "spawnerr:string",
                                                  "expected:boolean",
                                                  "start_monotonic:double",
                                                  "stop_monotonic:double",
                                                  "now_monotonic:double",
                                                  "extra_args:string",
                                                  "startsecs:int",
                                                  "stopwaitsecs:int",
                                                  "program_name:string",
                                                  "process_index:int",
                                                  "disabled:boolean",
                                                  "has_stdout:boolean",
                                                  "has_stderr:boolean"});
}

TEST_CASE("the process event has the shape of events.md 6.4") {
    CHECK(fields_of(ProcessEventInfo{}) ==
          Fields{"identifier:string", "nick_identifier:string", "group:string", "name:string",
                 "state:int", "expected:boolean", "spawnerr:string", "now:double",
                 "now_monotonic:double", "event_mtime:double", "pid:int", "extra_args:string",
                 "disabled:boolean"});
}

// Collects the numbers and the texts of a structure by name.
struct Values {
    std::map<std::string, double> numbers;
    std::map<std::string, std::string> texts;

    template <typename Value>
    void operator()(std::string_view name, const Value& value) {
        if constexpr (std::is_arithmetic_v<Value>) {
            numbers[std::string(name)] = static_cast<double>(value);
        } else if constexpr (std::is_same_v<Value, std::string>) {
            texts[std::string(name)] = value;
        }
    }
};

TEST_CASE("values are converted to the units of the interface") {
    LocalProcessInfo info;
    info.record.process = {"shop", "db"};
    info.record.state = ProcessState::Exited;
    info.record.start_wall = {1'700'000'000'999};
    info.record.stop_wall = {9'000'000'000'000'000};  // beyond 2038
    info.record.start_instant = Instant{1500};
    info.record.startsecs = 2500_ms;
    Values values;
    for_each_field(info, values);
    CHECK(values.texts["name"] == "db");
    CHECK(values.texts["group"] == "shop");
    CHECK(values.numbers["state"] == 100);
    CHECK(values.texts["statename"] == "EXITED");
    CHECK(values.numbers["start"] == 1700000000);
    CHECK(values.numbers["stop"] == 2147483647);
    CHECK(values.numbers["start_monotonic"] == 1.5);
    CHECK(values.numbers["startsecs"] == 2);
}

}  // namespace
}  // namespace sup
