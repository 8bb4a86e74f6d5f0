#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "agent/core/command.h"

// What the event socket sends, whatever its transport (events.md section 3): a header word and one
// JSON object.
namespace sup::codec {

struct EventText {
    std::string_view header;  // supvisors, instance, application, event or process
    std::string json;
};
EventText encode_event(const core::PublishEvent& event);

// The one way to make text of JSON. Never throws: bytes that are not UTF-8 (names and process
// output may hold any) become U+FFFD. Pure ASCII, so that no reader's charset matters.
std::string dump_json(const nlohmann::json& value);

}  // namespace sup::codec
