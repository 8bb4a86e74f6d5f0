#pragma once

#include <map>
#include <vector>

#include "agent/core/input.h"
#include "agent/core/outbox.h"
#include "common/base/time.h"
#include "common/model/process_record.h"

namespace sup::core {

// The processes that a dead supervisord left behind. Those to be ended get TERM at once and KILL
// after their stopwaitsecs, so that a restart elsewhere makes no second copy; the others are
// watched only.
//
// What supervisord spawned in its last instant was told to nobody: the host is searched for it
// twice, once when a child that was not its program yet has become it. Until then, a process whose
// pid was never told counts as there.
class Orphans {
public:
    enum class Fate { End, Keep };

    // A supervisord has died just now; what it left is adopted next.
    void begin(Instant now);
    void adopt(Instant now, const ProcessRecord& record, Fate fate, Outbox& out);
    // One that was thought to be down. It is ended, or watched, and nobody is told.
    void adopt_unknown(Instant now, ProcessRecord record, Fate fate, Outbox& out);

    // Of what a search has found: those that nobody adopted.
    std::vector<FoundOrphan> on_found(Instant now, const OrphansFound& found, Outbox& out);
    void on_pid_ended(std::int32_t pid);
    void wake(Instant now, Outbox& out);
    Instant next_deadline() const;

    // Those that are down since the last call.
    std::vector<ProcessRecord> take_ended();
    bool is_empty() const {
        return orphans_.empty() && without_pid_.empty() && ended_.empty() && !is_searching_;
    }
    // Those whose end will be told.
    std::vector<ProcessRecord> awaited() const;
    // How long it takes at most until the last one to be ended is down.
    Duration drain() const;

private:
    struct Orphan {
        ProcessRecord record;
        Instant kill_at = kNever;
        bool is_told = true;  // of its end
    };
    struct WithoutPid {
        ProcessRecord record;
        Fate fate = Fate::Keep;
    };

    void watch(Instant now, Orphan orphan, Fate fate, Outbox& out);

    std::map<std::int32_t, Orphan> orphans_;  // by pid
    std::map<ProcessName, WithoutPid> without_pid_;
    std::vector<ProcessRecord> ended_;
    Instant died_;
    Instant search_at_ = kNever;
    bool is_searching_ = false;
};

}  // namespace sup::core
