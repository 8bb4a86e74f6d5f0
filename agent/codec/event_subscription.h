#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/codec/event_json.h"

// The event socket over WebSocket (events.md section 5): which types of events the path of a
// connection asks for, and one event as the text of a frame.
namespace sup::codec {

class EventSubscription {
public:
    // `/all`, or header words in any order and number (`/supvisors/process`). Whatever else the
    // path holds is ignored; a path may well subscribe to nothing.
    explicit EventSubscription(std::string_view path);

    bool has(std::string_view header) const;
    bool is_empty() const { return headers_.empty(); }

private:
    std::vector<std::string_view> headers_;  // of the known ones
};

// `["header", {payload}]`
std::string frame_text(const EventText& event);

}  // namespace sup::codec
