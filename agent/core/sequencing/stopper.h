#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/inventory/inventory.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/sequencing/effects.h"
#include "agent/core/sequencing/starter.h"

namespace sup::core {

// Brings processes down, in order: the Starter's twin, ranks from the greatest to the lowest
// (section 11 of the reference). Only the Master's is ever used. One job per application; when a
// job ends, the starts that waited for it (a restart) are handed to the Starter.
//
// A process that is down may be about to come up: it has just crashed, and supervisord starts it
// again before it tells of the crash (E-172); or an instance was told to start it, and its
// supervisord has not done so yet, however long it takes. It counts as something to stop: the
// instance is told at once, which may take the start back; what comes up all the same is stopped.
class Stopper {
public:
    // What is started once the stop job of the application has ended (B-160, B-161).
    struct Restart {
        StartManner manner;
        std::optional<ProcessId> process;  // nothing: the whole application
        std::string extra_args;
    };
    struct Ended {
        ApplicationId application;
        std::vector<Restart> restarts;
        bool failed = false;  // something could not be stopped
    };

    Stopper(const InstanceTable& table, const Inventory& inventory, const Starter& starter)
        : table_(&table), inventory_(&inventory), starter_(&starter) {}

    // For a copy that is to work on copies.
    void rebind(const InstanceTable& table, const Inventory& inventory, const Starter& starter) {
        table_ = &table;
        inventory_ = &inventory;
        starter_ = &starter;
    }

    // Every application where something runs, or every managed one, by stop_sequence (B-150).
    enum class Whom { All, Managed };
    void plan_everything(Whom whom);
    // Whether there is anything to stop, or that is being stopped already (B-151, D-27).
    bool plan_application(ApplicationId application);
    bool plan_process(ProcessId process);
    // Only on these instances: conciliation.
    bool plan_process(ProcessId process, std::span<const InstanceId> instances);
    // The process runs elsewhere: what was ordered there is not to be a second copy.
    void undo_start(const JobEffects::Undo& undo);
    // Whether something of it is on its way down, whoever wanted it so: the job waits for that.
    bool await_stopping(ApplicationId application);
    // Applications that wait for their turn are not stopped.
    void drop_sequence() { sequence_.clear(); }
    void then_restart(ApplicationId application, Restart restart);
    // A later stop wins (D-11, D-36). Whether a restart was under way.
    bool drop_restarts(ApplicationId application);
    void drop_restart(ProcessId process);

    void advance(Instant now, JobEffects& effects);
    void on_change(Instant now, const Inventory::Change& change, JobEffects& effects);
    void on_order_done(std::uint64_t order);
    void on_order_fault(std::uint64_t order, const Fault& fault, JobEffects& effects);
    // A start that was to be undone is none.
    void on_start_fault(std::uint64_t order, JobEffects& effects);
    void on_instance_lost(InstanceId instance, JobEffects& effects);
    void on_deadline(Instant now, JobEffects& effects);
    Instant next_deadline() const;
    void abort_all();

    std::vector<Ended> take_ended() { return std::exchange(ended_, {}); }
    bool is_idle() const { return jobs_.empty() && sequence_.empty(); }
    std::uint64_t ended_jobs() const { return ended_jobs_; }
    bool has_job(ApplicationId application) const { return jobs_.contains(application); }
    bool is_busy_with(ProcessId process) const;
    bool is_busy_with(ProcessId process, InstanceId target) const;
    // Since it came up last, also when the job is over.
    bool has_ordered(ProcessId process, InstanceId instance) const {
        return ordered_.contains({process, instance});
    }
    void undertakings(std::vector<Undertaking>& all) const;
    std::vector<std::uint64_t> orders() const;

private:
    // Coming: down, and expected up. Ordered: to be stopped. Stopping: it said so.
    enum class Stage { Coming, Ordered, Stopping };
    struct Command {
        ProcessId process;
        InstanceId target;
        std::uint64_t order = 0;  // 0: supervisord was stopping it already, or nothing is asked yet
        bool is_answered = false;  // the order: what comes up from now on needs another one
        std::uint64_t undoes = 0;  // a start whose outcome is not known; 0: none
        Stage stage = Stage::Ordered;
        Instant deadline = kNever;
    };
    using Place = std::pair<ProcessId, InstanceId>;
    struct Job {
        std::map<int, std::vector<Command>, std::greater<>> planned;
        std::vector<Command> current;
        std::vector<Restart> restarts;
        bool failed = false;
    };

    template <typename IsIt>
    bool has_command(ApplicationId application, IsIt is_it) const;
    void plan(ProcessId process, InstanceId target, std::uint64_t undoes);
    void release_sequence();
    void advance(Instant now, ApplicationId application, JobEffects& effects);
    std::vector<InstanceId> places(ProcessId process) const;
    void note_return(Instant now, const Inventory::Change& change);
    void issue(Instant now, Job& job, Command command, JobEffects& effects);
    void follow(Instant now, Command& command, JobEffects& effects);
    void order_stop(Command& command, JobEffects& effects);
    bool is_down(Instant now, Command& command, JobEffects& effects);
    template <typename Done>
    void settle_current(Done done, JobEffects& effects);

    const InstanceTable* table_;
    const Inventory* inventory_;
    const Starter* starter_;
    std::map<ApplicationId, Job> jobs_;
    std::map<int, std::vector<ApplicationId>, std::greater<>> sequence_;
    std::vector<ApplicationId> sequence_current_;
    std::vector<Ended> ended_;
    std::set<Place> ordered_;             // to stop, and not up again yet
    std::map<Place, Instant> returning_;  // what crashed, and until when it is expected back
    std::uint64_t last_order_ = 0;
    std::uint64_t ended_jobs_ = 0;  // since the beginning
};

}  // namespace sup::core
