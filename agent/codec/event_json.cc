#include "agent/codec/event_json.h"

#include <nlohmann/json.hpp>

#include "common/base/overloaded.h"

namespace sup::codec {
namespace {

using nlohmann::json;

// The Java client fails on a fractional value in an integer field: the type of each value is kept.
template <typename Info>
std::string fields_text(const Info& info) {
    auto out = json::object();
    for_each_field(
        info, [&out](std::string_view name, const auto& value) { out[std::string(name)] = value; });
    return dump_json(out);
}

}  // namespace

EventText encode_event(const core::PublishEvent& event) {
    return std::visit(Overloaded{
                          [](const SupvisorsInfo& info) {
                              return EventText{"supvisors", fields_text(info)};
                          },
                          [](const InstanceInfo& info) {
                              return EventText{"instance", fields_text(info)};
                          },
                          [](const ApplicationInfo& info) {
                              return EventText{"application", fields_text(info)};
                          },
                          [](const ProcessEventInfo& info) {
                              return EventText{"event", fields_text(info)};
                          },
                          [](const ProcessInfo& info) {
                              return EventText{"process", fields_text(info)};
                          },
                      },
                      event.event);
}

std::string dump_json(const json& value) {
    constexpr int kOneLine = -1;
    constexpr bool kAscii = true;
    return value.dump(kOneLine, ' ', kAscii, json::error_handler_t::replace);
}

}  // namespace sup::codec
