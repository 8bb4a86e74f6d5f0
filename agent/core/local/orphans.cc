#include "agent/core/local/orphans.h"

#include <algorithm>
#include <utility>

namespace sup::core {
namespace {

constexpr Duration kFirstSearch = 100_ms;
constexpr Duration kLastSearch = 500_ms;
constexpr Duration kLeastDrain = 1_s;
// One that is kept may go on for long: it is not lost while it runs.
constexpr Duration kKept = Duration{24 * 3600 * 1000};

}  // namespace

void Orphans::begin(Instant now) {
    died_ = now;
    search_at_ = now + kFirstSearch;
    is_searching_ = true;
}

void Orphans::adopt(Instant now, const ProcessRecord& record, Fate fate, Outbox& out) {
    if (record.pid <= 0) {
        without_pid_[record.process] = {record, fate};
        return;
    }
    watch(now, {record, kNever, true}, fate, out);
}

void Orphans::adopt_unknown(Instant now, ProcessRecord record, Fate fate, Outbox& out) {
    watch(now, {std::move(record), kNever, false}, fate, out);
}

void Orphans::watch(Instant now, Orphan orphan, Fate fate, Outbox& out) {
    const auto pid = orphan.record.pid;
    if (fate == Fate::End) {
        out.add(SignalPid{pid, Signal::Term});
        orphan.kill_at = now + orphan.record.stopwaitsecs;
    }
    out.add(WatchPid{pid});
    orphans_[pid] = std::move(orphan);
}

std::vector<FoundOrphan> Orphans::on_found(Instant now, const OrphansFound& found, Outbox& out) {
    std::vector<FoundOrphan> strangers;
    for (const auto& one : found.orphans) {
        if (orphans_.contains(one.pid)) {
            continue;
        }
        const auto expected = without_pid_.find(one.process);
        if (expected == without_pid_.end()) {
            strangers.push_back(one);
            continue;
        }
        auto [record, fate] = std::move(expected->second);
        without_pid_.erase(expected);
        record.pid = one.pid;
        adopt(now, record, fate, out);
    }
    if (search_at_ == kNever) {  // that was the last one
        is_searching_ = false;
        for (auto& [name, absent] : std::exchange(without_pid_, {})) {
            ended_.push_back(std::move(absent.record));
        }
    }
    return strangers;
}

void Orphans::on_pid_ended(std::int32_t pid) {
    if (const auto found = orphans_.find(pid); found != orphans_.end()) {
        if (found->second.is_told) {
            ended_.push_back(std::move(found->second.record));
        }
        orphans_.erase(found);
    }
}

void Orphans::wake(Instant now, Outbox& out) {
    for (auto& [pid, orphan] : orphans_) {
        if (orphan.kill_at <= now) {
            orphan.kill_at = kNever;
            out.add(SignalPid{pid, Signal::Kill});
        }
    }
    if (search_at_ <= now) {
        const auto last = died_ + kLastSearch;
        search_at_ = now < last ? last : kNever;
        out.add(FindOrphans{now - died_});
    }
}

Instant Orphans::next_deadline() const {
    Instant next = search_at_;
    for (const auto& [pid, orphan] : orphans_) {
        next = std::min(next, orphan.kill_at);
    }
    return next;
}

std::vector<ProcessRecord> Orphans::take_ended() {
    return std::exchange(ended_, {});
}

std::vector<ProcessRecord> Orphans::awaited() const {
    std::vector<ProcessRecord> records;
    for (const auto& [pid, orphan] : orphans_) {
        if (orphan.is_told) {
            records.push_back(orphan.record);
        }
    }
    for (const auto& [name, absent] : without_pid_) {
        records.push_back(absent.record);
    }
    return records;
}

Duration Orphans::drain() const {
    Duration longest = kLeastDrain;
    for (const auto& [pid, orphan] : orphans_) {
        longest =
            std::max(longest, orphan.kill_at == kNever ? kKept : orphan.record.stopwaitsecs + 2_s);
    }
    for (const auto& [name, absent] : without_pid_) {
        longest =
            std::max(longest, absent.fate == Fate::Keep ? kKept : absent.record.stopwaitsecs + 2_s);
    }
    return longest;
}

}  // namespace sup::core
