#include <algorithm>
#include <utility>

#include "agent/core/local/supervisor_link.h"
#include "common/base/text.h"

// The part of SupervisorLink that follows supervisord to its end: it stops, its listener leaves, it
// is gone.
namespace sup::core {
namespace {

constexpr std::string_view kCategory = "supervisord";

}  // namespace

// It stops, or restarts, in order: it says so, unless its listener is the first that it stops.
void SupervisorLink::expect_closing() {
    last_before_closing_ = calls_.last();
    phase_ = Phase::Stopping;
    restarting_ = true;
    news_.emplace_back(LocalStopping{});
}

void SupervisorLink::on_relay_lost(Instant now, const RelayLost& input, Outbox& out) {
    if (!relay_) {
        return;
    }
    relay_ = false;
    relay_lost_at_ = now;
    if (input.end == RelayEnd::StdinClosed) {
        gone(now, "its listener's input was closed", out);
        return;
    }
    next_read_ = std::min(next_read_, now + kPollWithoutRelay);
    out.info(kCategory, input.end == RelayEnd::Terminated ? "the listener was asked to stop"
                                                          : "the listener is lost");
}

void SupervisorLink::end_unheard(Instant now) {
    if (phase_ != Phase::Stopping || relay_) {
        return;
    }
    for (auto& [name, local] : processes_) {
        auto& record = local.record;
        if (is_stopped_like(record.state) || watched_.contains(record.pid)) {
            continue;
        }
        record.state = ProcessState::Stopped;
        record.pid = 0;
        record.event_instant = record.stop_instant = now;
        record.event_wall = record.stop_wall = wall(now);
        tell(local);
    }
}

// What it was told to start may have come up before it could say so: it is taken for an orphan that
// is to be found, and for lost only when it is not. What still waited was not started.
std::vector<LocalGone::Orphan> SupervisorLink::orphans(Instant now,
                                                       const std::vector<Order>& waiting) {
    std::vector<LocalGone::Orphan> orphans;
    for (auto& [name, local] : processes_) {
        auto& record = local.record;
        const bool waits = std::any_of(waiting.begin(), waiting.end(),
                                       [&](const Order& order) { return order.is_start_of(name); });
        if (is_stopped_like(record.state) && record.start_ordered && !waits) {
            record.state = ProcessState::Starting;
            record.start_ordered = false;
            record.pid = 0;
            record.event_instant = record.start_instant = now;
            record.event_wall = record.start_wall = wall(now);
            tell(local);
        }
        if (!is_stopped_like(record.state)) {
            orphans.push_back({record});
        }
    }
    return orphans;
}

void SupervisorLink::gone(Instant now, const std::string& why, Outbox& out) {
    if (session_.pid == 0) {
        return;  // known already
    }
    out.warning(kCategory, concat("supervisord ", session_.pid, " is gone: ", why));
    phase_ = Phase::Away;
    session_ = {};
    expectations_.clear();
    auto waiting = calls_.clear();
    LocalGone gone{orphans(now, waiting)};
    for (auto& order : waiting) {
        news_.emplace_back(
            LocalOrderDone{std::move(order), Fault{FaultCode::Failed, "its supervisord is gone"}});
    }
    processes_.clear();
    permits_.begin_run();
    news_.emplace_back(std::move(gone));
    next_read_ = now + kRetry;
}

}  // namespace sup::core
