#include "agent/codec/event_json.h"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

// Keys and types as clients know them (events.md section 6).
namespace sup::codec {
namespace {

using nlohmann::json;

enum class Kind { Int, Float, Bool, Text, Texts, TextMap };
using Keys = std::map<std::string, Kind>;

bool has_kind(const json& value, Kind kind) {
    const auto is_text = [](const json& item) { return item.is_string(); };
    switch (kind) {
        case Kind::Int:
            return value.is_number_integer();
        case Kind::Float:
            return value.is_number();
        case Kind::Bool:
            return value.is_boolean();
        case Kind::Text:
            return value.is_string();
        case Kind::Texts:
            return value.is_array() && std::all_of(value.begin(), value.end(), is_text);
        case Kind::TextMap:
            return value.is_object() && std::all_of(value.begin(), value.end(), is_text);
    }
    return false;
}

// Parsed from the text, so that what is checked is what a client sees.
json parsed(const core::PublishEvent& event) {
    return json::parse(encode_event(event).json);
}

void check_keys(const core::PublishEvent& event, std::string_view header, const Keys& keys) {
    CHECK(encode_event(event).header == header);
    const auto content = parsed(event);
    REQUIRE(content.is_object());
    for (const auto& [key, kind] : keys) {
        CAPTURE(key);
        REQUIRE(content.contains(key));
        CHECK(has_kind(content[key], kind));
    }
    for (const auto& [key, value] : content.items()) {
        CAPTURE(key, value);
        CHECK(keys.count(key) == 1);
    }
}

TEST_CASE("supvisors event, section 6.1") {
    SupvisorsInfo info;
    info.fsm = FsmState::Operation;
    info.starting_jobs = {"10.0.0.1:60000"};
    info.instance_states = {{"10.0.0.1:60000", "RUNNING"}};
    check_keys({info}, "supvisors",
               {{"identifier", Kind::Text},
                {"nick_identifier", Kind::Text},
                {"now_monotonic", Kind::Float},
                {"fsm_statecode", Kind::Int},
                {"fsm_statename", Kind::Text},
                {"degraded_mode", Kind::Bool},
                {"discovery_mode", Kind::Bool},
                {"master_identifier", Kind::Text},
                {"starting_jobs", Kind::Texts},
                {"stopping_jobs", Kind::Texts},
                {"instance_states", Kind::TextMap}});
    CHECK(parsed({info})["fsm_statecode"] == 4);
    CHECK(parsed({info})["fsm_statename"] == "OPERATION");
    CHECK(parsed({info})["instance_states"]["10.0.0.1:60000"] == "RUNNING");
    // Empty containers keep their type.
    check_keys({SupvisorsInfo{}}, "supvisors",
               {{"identifier", Kind::Text},
                {"nick_identifier", Kind::Text},
                {"now_monotonic", Kind::Float},
                {"fsm_statecode", Kind::Int},
                {"fsm_statename", Kind::Text},
                {"degraded_mode", Kind::Bool},
                {"discovery_mode", Kind::Bool},
                {"master_identifier", Kind::Text},
                {"starting_jobs", Kind::Texts},
                {"stopping_jobs", Kind::Texts},
                {"instance_states", Kind::TextMap}});
}

TEST_CASE("instance event, section 6.2") {
    InstanceInfo info;
    info.state = InstanceState::Isolated;
    info.local_time = std::numeric_limits<std::int32_t>::max();
    check_keys({info}, "instance",
               {{"identifier", Kind::Text},
                {"nick_identifier", Kind::Text},
                {"node_name", Kind::Text},
                {"port", Kind::Int},
                {"statecode", Kind::Int},
                {"statename", Kind::Text},
                {"loading", Kind::Int},
                {"process_failure", Kind::Bool},
                {"remote_sequence_counter", Kind::Int},
                {"remote_time", Kind::Int},
                {"remote_mtime", Kind::Float},
                {"local_sequence_counter", Kind::Int},
                {"local_time", Kind::Int},
                {"local_mtime", Kind::Float}});
    CHECK(parsed({info})["statecode"] == 5);
    CHECK(parsed({info})["local_time"] == 2147483647);
}

TEST_CASE("application event, section 6.3") {
    ApplicationInfo info;
    info.state = ApplicationState::Deleted;
    check_keys({info}, "application",
               {{"application_name", Kind::Text},
                {"managed", Kind::Bool},
                {"now_monotonic", Kind::Float},
                {"statecode", Kind::Int},
                {"statename", Kind::Text},
                {"major_failure", Kind::Bool},
                {"minor_failure", Kind::Bool}});
    CHECK(parsed({info})["statecode"] == 4);
    CHECK(parsed({info})["statename"] == "DELETED");
}

TEST_CASE("process event, section 6.4: one shape for all four (E-94)") {
    const auto state = GENERATE(ProcessState::Running, ProcessState::Fatal, ProcessState::Deleted);
    ProcessEventInfo info;
    info.state = state;
    check_keys({info}, "event",
               {{"identifier", Kind::Text},
                {"nick_identifier", Kind::Text},
                {"group", Kind::Text},
                {"name", Kind::Text},
                {"state", Kind::Int},
                {"expected", Kind::Bool},
                {"spawnerr", Kind::Text},
                {"now", Kind::Float},
                {"now_monotonic", Kind::Float},
                {"event_mtime", Kind::Float},
                {"pid", Kind::Int},
                {"extra_args", Kind::Text},
                {"disabled", Kind::Bool}});
    CHECK(parsed({info})["state"] == code_of(state));
}

TEST_CASE("process status, section 6.5, and its removal") {
    ProcessInfo info;
    info.process_name = "web";
    info.state = ProcessState::Deleted;
    info.identifiers = {"10.0.0.1:60000", "10.0.0.2:60000"};
    check_keys({info}, "process",
               {{"application_name", Kind::Text},
                {"process_name", Kind::Text},
                {"now_monotonic", Kind::Float},
                {"last_event_mtime", Kind::Float},
                {"statecode", Kind::Int},
                {"statename", Kind::Text},
                {"expected_exit", Kind::Bool},
                {"identifiers", Kind::Texts},
                {"extra_args", Kind::Text}});
    CHECK(parsed({info})["statecode"] == -1);
    CHECK(parsed({info})["statename"] == "DELETED");
}

TEST_CASE("state codes are written as the Java client matches them, without a decimal point") {
    struct Row {
        ProcessState state;
        std::string text;
    };
    const auto row = GENERATE(Row{ProcessState::Stopped, "0"}, Row{ProcessState::Starting, "10"},
                              Row{ProcessState::Running, "20"}, Row{ProcessState::Backoff, "30"},
                              Row{ProcessState::Stopping, "40"}, Row{ProcessState::Exited, "100"},
                              Row{ProcessState::Fatal, "200"}, Row{ProcessState::Unknown, "1000"},
                              Row{ProcessState::Deleted, "-1"});
    ProcessInfo info;
    info.state = row.state;
    const auto text = encode_event({info}).json;
    CHECK(text.find("\"statecode\":" + row.text + ",") != std::string::npos);
}

TEST_CASE("text of any bytes becomes valid ASCII JSON") {
    ProcessEventInfo info;
    info.name = "caf\xc3\xa9";
    info.spawnerr = std::string("bad \xff\xfe \xc3 \0 \"quoted\"\n", 19);
    const auto text = encode_event({info}).json;
    CHECK(std::all_of(text.begin(), text.end(), [](char letter) {
        return static_cast<unsigned char>(letter) < 0x80 && letter >= ' ';
    }));
    const auto content = json::parse(text);
    CHECK(content["name"] == "caf\xc3\xa9");
    CHECK(content["spawnerr"].get<std::string>().starts_with("bad \xef\xbf\xbd"));
}

TEST_CASE("times keep their milliseconds") {
    ProcessEventInfo info;
    info.now = 1790000000.123;
    info.event_mtime = 5127.9;
    CHECK(parsed({info})["now"].get<double>() == 1790000000.123);
    CHECK(parsed({info})["event_mtime"].get<double>() == 5127.9);
}

}  // namespace
}  // namespace sup::codec
