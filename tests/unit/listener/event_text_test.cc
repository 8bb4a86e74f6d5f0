#include "agent/listener/event_text.h"

#include <catch2/catch.hpp>

#include "common/base/rng.h"
#include "common/base/text.h"

namespace sup::listener {
namespace {

Event event_of(std::string_view name, std::string_view payload) {
    return {concat("ver:3.0 server:supervisor serial:21 pool:supvisors poolserial:10 eventname:",
                   name, " len:", payload.size()),
            std::string(payload)};
}

TEST_CASE("the header of an event") {
    const auto event = parse_event(event_of("TICK_5", "when:1201063880"));
    REQUIRE(event);
    CHECK(event->server == "supervisor");
    CHECK(event->pool == "supvisors");
    CHECK(event->name == "TICK_5");
    CHECK(event->serial == 21);
    CHECK(event->pool_serial == 10);
    CHECK(event->pairs == std::vector<EventText::Pair>{{"when", "1201063880"}});
    CHECK(event->data.empty());
}

TEST_CASE("the server's identifier is free text") {
    const auto event = parse_event(
        {"ver:3.0 server:a len:3 serial:x pool:é serial:1 pool:p poolserial:2 eventname:N len:0",
         ""});
    REQUIRE(event);
    CHECK(event->server == "a len:3 serial:x pool:é");
    CHECK(event->serial == 1);
    CHECK(event->pool == "p");
}

TEST_CASE("a header that lacks something says what") {
    struct Row {
        std::string header;
        std::string want;
    };
    const auto row = GENERATE(
        Row{"", "len:<number> at the end"}, Row{"ver:3.0 len:x", "len:<number> at the end"},
        Row{"ver:3.0 len:0", "eventname:<name>"},
        Row{"ver:3.0 eventname: len:0", "eventname:<name>"},
        Row{"ver:3.0 eventname:N len:0", "poolserial:<number>"},
        Row{"ver:3.0 poolserial:-1 eventname:N len:0", "poolserial:<number>"},
        Row{"ver:3.0 pool:p poolserial:1 eventname:N len:0", "serial:<number> pool:<name>"});
    const auto event = parse_event({row.header, ""});
    REQUIRE(!event);
    CHECK(event.error().message ==
          concat("event header '", row.header, "': ", row.want, " expected"));
}

TEST_CASE("what process events say") {
    struct Row {
        std::string name;
        std::string payload;
        ProcessEventText want;
    };
    const auto row = GENERATE(Row{"PROCESS_STATE_STARTING",
                                  "processname:cat groupname:g from_state:STOPPED tries:2",
                                  {"g", "cat", "STARTING", "STOPPED", 2, 0, true}},
                              Row{"PROCESS_STATE_RUNNING",
                                  "processname:cat groupname:g from_state:STARTING pid:2766",
                                  {"g", "cat", "RUNNING", "STARTING", 0, 2766, true}},
                              Row{"PROCESS_STATE_EXITED",
                                  "processname:c groupname:g from_state:RUNNING expected:0 pid:7",
                                  {"g", "c", "EXITED", "RUNNING", 0, 7, false}},
                              Row{"PROCESS_STATE_EXITED",
                                  "processname:c groupname:g from_state:RUNNING expected:1 pid:7",
                                  {"g", "c", "EXITED", "RUNNING", 0, 7, true}},
                              Row{"PROCESS_STATE_FATAL",
                                  "processname:c_é groupname:g from_state:BACKOFF",
                                  {"g", "c_é", "FATAL", "BACKOFF", 0, 0, true}},
                              Row{"PROCESS_STATE_RUNNING",
                                  "processname:c groupname: pid:99999999999 from_state:",
                                  {"", "c", "RUNNING", "", 0, 0, true}});
    const auto event = parse_event(event_of(row.name, row.payload));
    REQUIRE(event);
    const auto process = parse_process_event(*event);
    REQUIRE(process);
    REQUIRE(process->has_value());
    CHECK(**process == row.want);
}

TEST_CASE("other events are not process events, nameless ones are errors") {
    CHECK(!parse_process_event(*parse_event(event_of("TICK_5", "when:1"))).value().has_value());
    CHECK(!parse_process_event(*parse_event(event_of("PROCESS_STATE_RUNNING", ""))));
    CHECK(!parse_process_event(*parse_event(event_of("PROCESS_STATE_RUNNING", "processname:x"))));
}

TEST_CASE("data follow the first line") {
    const auto log = parse_event(event_of(
        "PROCESS_LOG_STDOUT", "processname:c groupname:g pid:1 channel:stdout\nkey:value\nmore"));
    REQUIRE(log);
    CHECK(log->value("channel") == "stdout");
    CHECK(!log->value("key").has_value());
    CHECK(log->data == "key:value\nmore");

    const auto group = parse_event(event_of("PROCESS_GROUP_ADDED", "groupname:cat\n"));
    REQUIRE(group);
    CHECK(group->value("groupname") == "cat");
    CHECK(group->data.empty());

    const auto odd = parse_event(event_of("X", "  a:b:c  word\t:v k: \n"));
    REQUIRE(odd);
    CHECK(odd->pairs == std::vector<EventText::Pair>{{"a", "b:c"}, {"", "v"}, {"k", ""}});
}

TEST_CASE("any bytes are parsed or refused") {
    Rng rng(11);
    const std::vector<std::string> pieces = {" ",
                                             ":",
                                             "\n",
                                             "\xff",
                                             "len:1",
                                             " len:",
                                             " serial:2",
                                             " pool:p",
                                             " poolserial:3",
                                             " eventname:PROCESS_STATE_",
                                             " server:",
                                             "processname:x ",
                                             "groupname:",
                                             "pid:-9 "};
    for (int round = 0; round < 20000; ++round) {
        Event event;
        for (auto* text : {&event.header, &event.payload}) {
            for (auto count = rng.below(12); count > 0; --count) {
                text->append(pieces[rng.below(pieces.size())]);
            }
        }
        if (const auto parsed = parse_event(event)) {
            (void)parse_process_event(*parsed);
        }
    }
}

}  // namespace
}  // namespace sup::listener
