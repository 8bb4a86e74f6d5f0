#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/listener/wire.h"
#include "common/base/result.h"

// The text of one supervisord event, taken apart for the agent. Pure; any bytes may come.
//
// header:  ver:3.0 server:<identifier> serial:<n> pool:<name> poolserial:<n> eventname:<NAME>
// len:<n> payload: a first line of `key:value` pairs, then, for log and communication events, data.
namespace sup::listener {

struct EventText {
    struct Pair {
        std::string key;
        std::string value;
        bool operator==(const Pair&) const = default;
    };

    std::string server;             // supervisord's identifier; may hold blanks
    std::string pool;               // name of the eventlistener section
    std::string name;               // PROCESS_STATE_RUNNING, TICK_5…
    std::uint64_t serial = 0;       // over all events of this supervisord
    std::uint64_t pool_serial = 0;  // over the events of this listener: no gap, or events were lost
    std::vector<Pair> pairs;        // of the payload's first line, in order
    std::string data;               // what follows the payload's first line

    // The first value of the key, if it is there.
    std::optional<std::string_view> value(std::string_view key) const;
    // The same as a whole number that fits 32 bits.
    std::optional<std::int32_t> number(std::string_view key) const;

    bool operator==(const EventText&) const = default;
};

// An error names what is missing in the header; the payload is never refused.
Result<EventText> parse_event(const Event& event);

// What a PROCESS_STATE_* event says. Absent numbers are 0; `expected` is true unless it is said.
struct ProcessEventText {
    std::string group;
    std::string process;
    std::string state;       // RUNNING, from the name of the event
    std::string from_state;  // STARTING
    std::int32_t tries = 0;  // of STARTING and BACKOFF
    std::int32_t pid = 0;    // of RUNNING, STOPPING, STOPPED and EXITED
    bool expected = true;    // of EXITED
    bool operator==(const ProcessEventText&) const = default;
};

// Nothing when the event is not a PROCESS_STATE_* one; an error when such an event has no names.
Result<std::optional<ProcessEventText>> parse_process_event(const EventText& event);

}  // namespace sup::listener
