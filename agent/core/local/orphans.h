#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "agent/core/outbox.h"
#include "common/base/time.h"
#include "common/model/process_record.h"

namespace sup::core {

// The processes that a dead supervisord left behind. Those to be ended get TERM at once and KILL
// after their stopwaitsecs, so that a restart elsewhere makes no second copy; the others are
// watched only.
class Orphans {
public:
    enum class Fate { End, Keep };

    void adopt(Instant now, const ProcessRecord& record, Fate fate, Outbox& out) {
        // A pid that was never told cannot be ended, nor seen to end: counted as gone.
        if (record.pid <= 0) {
            ended_.push_back(record);
            return;
        }
        auto kill_at = kNever;
        if (fate == Fate::End) {
            out.add(SignalPid{record.pid, Signal::Term});
            kill_at = now + record.stopwaitsecs;
        }
        out.add(WatchPid{record.pid});
        orphans_[record.pid] = {record, kill_at};
    }
    void on_pid_ended(std::int32_t pid) {
        if (const auto found = orphans_.find(pid); found != orphans_.end()) {
            ended_.push_back(std::move(found->second.record));
            orphans_.erase(found);
        }
    }
    void wake(Instant now, Outbox& out) {
        for (auto& [pid, orphan] : orphans_) {
            if (orphan.kill_at <= now) {
                orphan.kill_at = kNever;
                out.add(SignalPid{pid, Signal::Kill});
            }
        }
    }
    Instant next_deadline() const {
        Instant next = kNever;
        for (const auto& [pid, orphan] : orphans_) {
            next = std::min(next, orphan.kill_at);
        }
        return next;
    }
    // Those that are down since the last call.
    std::vector<ProcessRecord> take_ended() { return std::exchange(ended_, {}); }
    bool is_empty() const { return orphans_.empty() && ended_.empty(); }
    // How long it takes at most until the last one to be ended is down.
    Duration drain() const {
        Duration longest = 1_s;
        for (const auto& [pid, orphan] : orphans_) {
            // One that is kept may go on for long: it is not lost while it runs.
            longest = std::max(longest,
                               orphan.kill_at == kNever ? kKept : orphan.record.stopwaitsecs + 2_s);
        }
        return longest;
    }

private:
    static constexpr Duration kKept = Duration{24 * 3600 * 1000};
    struct Orphan {
        ProcessRecord record;
        Instant kill_at = kNever;
    };
    std::map<std::int32_t, Orphan> orphans_;
    std::vector<ProcessRecord> ended_;
};

}  // namespace sup::core
