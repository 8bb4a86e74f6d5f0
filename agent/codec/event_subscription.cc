#include "agent/codec/event_subscription.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace sup::codec {
namespace {

constexpr std::array<std::string_view, 7> kHeaders{"supvisors", "instance", "application", "event",
                                                   "process",   "hstats",   "pstats"};

}  // namespace

EventSubscription::EventSubscription(std::string_view path) {
    while (!path.empty()) {
        const auto segment = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(segment.size() + 1, path.size()));
        if (segment == "all") {
            headers_.assign(kHeaders.begin(), kHeaders.end());
            return;
        }
        const auto found = std::ranges::find(kHeaders, segment);
        if (found != kHeaders.end() && !has(segment)) {
            headers_.push_back(*found);
        }
    }
}

bool EventSubscription::has(std::string_view header) const {
    return std::ranges::find(headers_, header) != headers_.end();
}

std::string frame_text(const EventText& event) {
    return concat("[\"", event.header, "\",", event.json, "]");
}

}  // namespace sup::codec
