#include "agent/shell/relay_events.h"

#include <string>

#include "agent/listener/event_text.h"

namespace sup::shell {
namespace {

using Content = decltype(core::SupervisorEvent::event);

Content process_event(const listener::ProcessEventText& text) {
    const auto state = parse_name<ProcessState>(text.state);
    if (!state) {
        return core::OtherEvent{};
    }
    core::ProcessStateEvent event;
    event.process = {text.group, text.process};
    event.state = *state;
    event.from_state = parse_name<ProcessState>(text.from_state).value_or(ProcessState::Unknown);
    event.expected = text.expected;
    event.pid = text.pid;
    event.tries = text.tries;
    return event;
}

Content other_event(const listener::EventText& text) {
    if (text.name.starts_with("TICK_")) {
        return core::SupervisorTick{};
    }
    if (text.name == "SUPERVISOR_STATE_CHANGE_STOPPING") {
        return core::SupervisorStopping{};
    }
    if (text.name == "SUPERVISOR_STATE_CHANGE_RUNNING") {
        return core::SupervisorRunning{};
    }
    const auto group = text.value("groupname");
    if (group && text.name == "PROCESS_GROUP_ADDED") {
        return core::ProcessGroupEvent{std::string(*group), true};
    }
    if (group && text.name == "PROCESS_GROUP_REMOVED") {
        return core::ProcessGroupEvent{std::string(*group), false};
    }
    return core::OtherEvent{};
}

}  // namespace

Result<core::SupervisorEvent> parse_supervisor_event(const listener::Event& event) {
    const auto text = listener::parse_event(event);
    if (!text) {
        return text.error();
    }
    const auto process = listener::parse_process_event(*text);
    if (!process) {
        return process.error();
    }
    return core::SupervisorEvent{text->pool_serial,
                                 *process ? process_event(**process) : other_event(*text)};
}

}  // namespace sup::shell
