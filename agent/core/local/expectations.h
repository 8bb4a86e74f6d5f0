#pragma once

#include <map>

#include "common/base/time.h"
#include "common/model/names.h"

namespace sup::core {

// The events that supervisord owes us. Its loop sleeps up to one second before it tells what it
// knows; a nudge makes it turn. So for each process of which news is due, nudges are spaced over
// growing delays from the due instant on, until the news comes or the attempts are used up:
// bounded, because the news may never come (a process that keeps running after all).
class Expectations {
public:
    // News of the process is due at that instant. Replaces a former expectation.
    void expect(const ProcessName& process, Instant due);
    // The news came.
    void fulfil(const ProcessName& process) { due_.erase(process); }
    void clear() { due_.clear(); }

    // Whether a nudge is needed now; schedules the next attempts.
    bool nudge_due(Instant now);
    Instant next_deadline() const;

private:
    struct Expectation {
        Instant next;
        int attempts = 0;
    };
    std::map<ProcessName, Expectation> due_;
};

}  // namespace sup::core
