#include "agent/core/failure/failure_handler.h"

#include <algorithm>

namespace sup::core {

std::optional<Instant> FailureHandler::next_attempt(Instant now, ApplicationId application) {
    auto& attempts = attempts_[application];
    if (attempts.count > 0 && now - attempts.last > kCalm) {
        attempts.count = 0;
    }
    if (attempts.count >= kMaximumAttempts) {
        return std::nullopt;
    }
    // At once, then after 2, 4, 8 and 16 s.
    const auto delay = attempts.count == 0 ? 0_ms : 1_s * (std::int64_t{1} << attempts.count);
    ++attempts.count;
    attempts.last = now + delay;
    return attempts.last;
}

Instant FailureHandler::next_deadline(Instant now) const {
    Instant next = kNever;
    for (const auto& [application, due] : restarts_) {
        // What is due and waits for the end of a job needs no clock.
        next = due > now ? std::min(next, due) : next;
    }
    return next;
}

void FailureHandler::forget(ApplicationId application, const Inventory& inventory) {
    stops_.erase(application);
    restarts_.erase(application);
    attempts_.erase(application);
    std::erase_if(processes_,
                  [&](ProcessId id) { return inventory.at(id).application == application; });
}

void FailureHandler::abort_all() {
    stops_.clear();
    restarts_.clear();
    processes_.clear();
}

}  // namespace sup::core
