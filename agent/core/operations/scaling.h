#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/local/supervisor_link.h"
#include "agent/core/outbox.h"

namespace sup::core {

// More processes of a program than supervisord has: its configuration says so from now on, and each
// group that uses the program is taken out and added again, since supervisord knows no other way
// (B-201). All that ran in these groups is interrupted, and runs again afterwards.
//
// Reloading: supervisord was asked to read its configuration again, which changes nothing of what
// runs. Stopping: what runs in the groups is on its way down. Replacing: the groups are removed and
// added, one after the other. Reading: they are there again, their processes are not known yet.
// Done: with the fault that ended it, or with none.
class Scaling {
public:
    struct Goal {
        std::string program;
        std::int32_t numprocs = 0;
        std::set<std::string> groups;
    };
    enum class Phase { Reloading, Stopping, Replacing, Reading, Done };

    Scaling(Goal goal, SupervisorLink& link) : goal_(std::move(goal)), link_(&link) {}

    // The configuration was written, or could not be.
    void begin(Instant now, const std::optional<std::string>& problem);
    void on_step(Instant now, const LocalGroupStep& step);
    void settle(Instant now, Outbox& out);

    const Goal& goal() const { return goal_; }
    bool is_done() const { return phase_ == Phase::Done; }
    const std::optional<Fault>& fault() const { return fault_; }
    // Whether the groups are still those of before: then the configuration is to be taken back.
    bool is_untouched() const { return untouched_; }
    Instant next_deadline() const { return is_done() ? kNever : until_; }

private:
    void fail(FaultCode code, std::string detail);
    void stop_groups(Instant now);
    void stop_what_runs(Outbox& out);
    void replace_next(Instant now);
    std::vector<std::string> still_running() const;

    Goal goal_;
    SupervisorLink* link_;
    Phase phase_ = Phase::Reloading;
    Instant until_ = kNever;
    std::set<std::string> to_replace_;
    std::set<ProcessName> asked_;        // to stop, and not down yet
    std::set<ProcessName> interrupted_;  // to be started again
    bool untouched_ = true;
    std::optional<Fault> fault_;
};

}  // namespace sup::core
