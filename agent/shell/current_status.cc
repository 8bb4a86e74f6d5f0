#include "agent/shell/current_status.h"

#include <utility>

namespace sup::shell {
namespace {

template <typename Info>
void append(std::vector<core::PublishEvent>& events, std::vector<Info> infos) {
    for (auto& info : infos) {
        events.push_back({std::move(info)});
    }
}

template <typename Info>
void append(std::vector<core::PublishEvent>& events, core::Reading<std::vector<Info>> reading) {
    if (auto* infos = std::get_if<std::vector<Info>>(&reading)) {
        append(events, std::move(*infos));
    }
}

}  // namespace

std::vector<core::PublishEvent> current_status(const core::Queries& queries) {
    std::vector<core::PublishEvent> events;
    events.push_back({queries.supvisors_state()});
    append(events, queries.all_instances());
    append(events, queries.all_applications());
    append(events, queries.all_processes());
    return events;
}

}  // namespace sup::shell
