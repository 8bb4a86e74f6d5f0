#include "agent/core/local/expectations.h"

#include <algorithm>

namespace sup::core {
namespace {

// 1, 2, 4 … 512 ms: about one second in all, after which supervisord's loop has turned by itself.
constexpr int kMaximumAttempts = 11;

}  // namespace

void Expectations::expect(const ProcessName& process, Instant due) {
    due_[process] = {due, 0};
}

bool Expectations::nudge_due(Instant now) {
    bool due = false;
    for (auto entry = due_.begin(); entry != due_.end();) {
        auto& [next, attempts] = entry->second;
        if (next > now) {
            ++entry;
            continue;
        }
        due = true;
        next = now + Duration{std::int64_t{1} << attempts};
        ++attempts;
        entry = attempts >= kMaximumAttempts ? due_.erase(entry) : std::next(entry);
    }
    return due;
}

Instant Expectations::next_deadline() const {
    Instant next = kNever;
    for (const auto& [process, expectation] : due_) {
        next = std::min(next, expectation.next);
    }
    return next;
}

}  // namespace sup::core
