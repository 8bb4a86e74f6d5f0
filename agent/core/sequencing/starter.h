#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/inventory/inventory.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/operations/intent_table.h"
#include "agent/core/placement/candidates.h"
#include "agent/core/sequencing/effects.h"
#include "agent/core/sequencing/selection.h"
#include "agent/core/sequencing/undertaking.h"
#include "agent/core/settings.h"

namespace sup::core {

// Who asks for a start. A user means all of it; the automatic sequence and the repair of a failure
// leave alone what a user stopped (D-25).
enum class StartCause { User, Sequence, Repair };

// How a start is to be made.
struct StartManner {
    StartingStrategy strategy = StartingStrategy::Config;
    InstanceId local;  // what LOCAL means (B-126)
    StartCause cause = StartCause::User;
};

// Brings processes up, in order (section 10 of the reference). Only the Master's is ever used.
//
// One job per application. Its processes are planned by rank; a rank is issued when the rank before
// has nothing pending. Jobs are independent of each other (D-21), except in the automatic sequence,
// where the applications of one rank start when those of the rank before are finished.
//
// A command is *planned*, then *ordered* (the target was told), then *starting* (it said so), then
// done; with wait_exit it is *running* until the expected exit. Each stage but the last is bounded
// in time; an exit that is waited for too long is *overdue*: it holds back its own application, and
// nobody else (D-21). A process that somebody else sent on its way, the Master before us for one,
// is followed from where it is. What is planned is published as due, what was dealt with as wanted,
// so that the next Master goes on (D-25).
//
// A process that turns out to run elsewhere while its start is ordered, as when a partition heals,
// is followed there, and the order is undone.
//
// A target that dies with a start pending is a start failure (E-114), except for a repair: two
// instances may be lost one after the other, and what ran there is to run elsewhere all the same.
class Starter {
public:
    Starter(const Settings& settings, const InstanceTable& table, Inventory& inventory,
            const IntentTable& intents)
        : settings_(&settings), table_(&table), inventory_(&inventory), intents_(&intents) {}

    // For a copy that is to work on copies.
    void rebind(const InstanceTable& table, Inventory& inventory, const IntentTable& intents) {
        table_ = &table;
        inventory_ = &inventory;
        intents_ = &intents;
    }

    // The automatic sequence: applications by rank (B-128, B-140).
    void plan_sequence(std::map<int, std::vector<ApplicationId>> ranks, InstanceId local);
    // All startable processes of rank > 0. Whether there is anything to start (B-142).
    bool plan_application(ApplicationId application, StartManner manner);
    // One process, by request or by repair; it joins the job of its application (B-144, B-145).
    void plan_process(ProcessId process, StartManner manner, std::string extra_args);

    // Issues what can be issued. To be called after planning, and after each turn.
    void advance(Instant now, JobEffects& effects);
    void on_change(Instant now, const Inventory::Change& change, JobEffects& effects);
    // The target's answer to an order: a fault is an immediate failure with its reason (D-48).
    void on_order_fault(std::uint64_t order, const Fault& fault, JobEffects& effects);
    void on_instance_lost(InstanceId instance, JobEffects& effects);
    void on_deadline(Instant now, JobEffects& effects);
    Instant next_deadline() const;

    void cancel(ApplicationId application);  // stop cancels start (D-36)
    // Its turn had not come yet. Whether it was to be started.
    bool drop_planned(ProcessId process);
    void abort_all();

    // Whether there is an instance for the process, if it were started now.
    bool has_place(ProcessId process, StartManner manner, const std::string& extra_args);
    // Why the target could not give the process its extra arguments, at its last start.
    std::optional<Fault> arguments_fault(ProcessId process) const;

    bool is_idle() const { return jobs_.empty() && sequence_.empty(); }
    std::uint64_t ended_jobs() const { return ended_jobs_; }
    // Nothing is under way but what waits for overdue exits.
    bool is_settled() const;
    bool has_job(ApplicationId application) const { return jobs_.contains(application); }
    bool is_busy_with(ProcessId process) const;
    // Whoever waits for a start of the application waits in vain.
    void give_up(ApplicationId application) { ++failures_[application]; }
    // Processes of the last job of the application that could not be started.
    int failures(ApplicationId application) const;
    Reservations reservations() const;
    // All that is under way, but exits that are overdue: those are waited for without end (D-21).
    void undertakings(std::vector<Undertaking>& all) const;
    // A start that an instance was told to make, and has not been seen to make.
    struct OrderedStart {
        std::uint64_t order = 0;
        InstanceId target;
    };
    std::optional<OrderedStart> ordered_start(ProcessId process) const;
    std::vector<std::uint64_t> orders(ApplicationId application) const;
    std::vector<std::uint64_t> orders() const;

private:
    enum class Stage { Planned, Ordered, Starting, Running };
    struct Command {
        ProcessId process;
        StartManner manner;
        std::string extra_args;
        bool waits_for_exit = false;
        bool is_overdue = false;  // its exit
        Stage stage = Stage::Planned;
        InstanceId target;
        std::uint64_t order = 0;  // 0: not ours, followed only
        Instant deadline = kNever;
    };
    struct Job {
        std::map<int, std::vector<Command>> planned;
        int rank = 0;                  // of what is current
        std::vector<Command> issuing;  // of that rank: without target yet, within one step
        std::vector<Command> current;
        bool stop_at_end = false;
        std::optional<InstanceId> instance;  // of a SINGLE_INSTANCE application
        std::optional<std::string> node;     // of a SINGLE_NODE application
    };
    enum class Progress { Pending, Succeeded, Failed };

    enum class Scope { All, Needed };
    bool plan_job(ApplicationId application, StartManner manner, Scope scope);
    void plan(Command command);
    Need need_of(const Process& process, Scope scope, StartCause cause) const;
    bool follow(Instant now, Job& job, Command& command) const;
    void release_sequence();
    void advance(Instant now, ApplicationId application, JobEffects& effects);
    bool issue(Instant now, Job& job, Command command, JobEffects& effects);
    Placement choose(Job& job, const Command& command) const;
    void refuse_without_arguments(const Command& command, std::vector<Candidate>& candidates) const;
    Placement choose_single(Job& job, const Command& command) const;
    Placement choose_there(InstanceId instance, const Command& command,
                           const CandidateFinder& finder) const;
    Placement choose_on_node(Job& job, const Command& command) const;
    Progress observe(Instant now, Command& command, bool is_event) const;
    void finish(ApplicationId application, std::size_t index, Progress progress,
                JobEffects& effects);
    void fail(ApplicationId application, const Command& command, JobEffects& effects);
    static void await_exit(Instant now, Command& command);
    static void wish(const Command& command, ProcessIntent intent, JobEffects& effects);
    int planned_load(const Job& job) const;
    void repair_again(InstanceId lost, JobEffects& effects);
    static Command planned_again(Command command);
    void undo_superseded(JobEffects& effects);
    std::optional<InstanceId> up_on(const Process& process) const;
    template <typename Wanted>
    void settle_current(Wanted wanted, JobEffects& effects);

    const Settings* settings_;
    const InstanceTable* table_;
    Inventory* inventory_;
    const IntentTable* intents_;
    std::map<ApplicationId, Job> jobs_;
    std::map<int, std::vector<ApplicationId>> sequence_;  // ranks still to be released
    std::vector<ApplicationId> sequence_current_;
    InstanceId sequence_local_;
    std::map<ApplicationId, int> failures_;
    std::map<ProcessId, Fault> arguments_faults_;
    std::vector<JobEffects::Wish> wishes_;  // what was planned since the last turn is due
    std::uint64_t last_order_ = 0;
    std::uint64_t ended_jobs_ = 0;  // since the beginning
};

}  // namespace sup::core
