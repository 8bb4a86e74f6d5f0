#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "agent/core/failure/failure_handler.h"
#include "agent/core/federation/postman.h"
#include "agent/core/inventory/inventory.h"
#include "agent/core/operations/intent_table.h"
#include "agent/core/sequencing/order_book.h"
#include "agent/core/sequencing/starter.h"
#include "agent/core/sequencing/stopper.h"

namespace sup::core {

// Processes of managed applications that run more than once.
struct ConflictFacts {
    bool any = false;
    std::vector<std::string> solvable;  // now: nothing under way concerns them; by namespec
};

// The Master's hands: owns its Starter and Stopper, carries out what they want done, and turns what
// happened (a crash, a loss, a newcomer, a conflict) into jobs. Idle on every other instance, which
// holds the intents only.
class Director {
public:
    Director(const Settings& settings, const InstanceTable& table, Inventory& inventory,
             Postman& postman);

    // For a copy that is to work on copies.
    void rebind(const InstanceTable& table, Inventory& inventory, Postman& postman);

    Starter& starter() { return starter_; }
    Stopper& stopper() { return stopper_; }
    const Starter& starter() const { return starter_; }
    const Stopper& stopper() const { return stopper_; }
    IntentTable& intents() { return intents_; }
    const IntentTable& intents() const { return intents_; }

    // The automatic start, and its repair when an instance arrives (B-140, B-48).
    void distribute();
    // Lost processes, by their running failure strategy (B-170). Returns RESTARTING or
    // SHUTTING_DOWN when one of them asks for it (D-32).
    std::optional<FsmState> repair_lost(Instant now, Outbox& out);
    // A process crashed (12.1).
    std::optional<FsmState> on_crash(Instant now, ProcessId process, Outbox& out);
    // A user decides on the application: what its failures asked for is over.
    void forget_failures(ApplicationId application) {
        failures_.forget(application, *inventory_);
        unstopped_.erase(application);
    }
    // A restart of it came to nothing, since something of it could not be stopped (E-147).
    bool is_unstopped(ApplicationId application) const { return unstopped_.contains(application); }
    void on_change(Instant now, const Inventory::Change& change, Outbox& out);
    // What a Master before us had begun to stop is down: nobody else looks after it. To be called
    // before on_change().
    void take_up_stopped(const Inventory::Change& change);
    void on_result(const OrderResult& result);
    void on_instance_lost(InstanceId instance);
    void set_intent(const Intent& intent, Outbox& out);
    // Others become part of ours. Of what nothing was wanted here, their wishes hold; what a user
    // has stopped there, under a Master of that later term, and does not run here, stays stopped.
    void adopt(const std::vector<Intent>& intents, Term term, Outbox& out);
    // What one who follows us has heard of a former Master, and we have not. Whether that is
    // anything.
    bool adopt_unheard(const std::vector<Intent>& intents, Outbox& out);
    // Shows it in a state that it is not in, and tells everybody (B-107).
    void force(const JobEffects::Force& force, Outbox& out);
    void stop_application(ApplicationId application, Outbox& out);
    // Its start is over, its stop begins. Whether there is anything to stop.
    bool stop_instead(ApplicationId application);
    void restart_application(ApplicationId application, StartManner manner, Outbox& out);
    // What is `left_out`, a user has stopped it or it has done its work, takes part in the next
    // start of its application; of all that the start sequence starts.
    void want_again(ApplicationId application, ProcessIntent left_out, Outbox& out);
    void want_all_again(ProcessIntent left_out, Outbox& out);
    // Stops every application that is managed, in order: the quorum is lost (D-16).
    void stop_managed() { stopper_.plan_everything(Stopper::Whom::Managed); }
    // It is back: what is not being stopped yet goes on, what is being stopped is started again.
    void resume();
    ConflictFacts conflict_facts();
    // Solves the conflicts that can be solved now (13). To be called again while some are left.
    void conciliate(Instant now, ConciliationStrategy strategy, Outbox& out);
    // A user wants the conflicts of now solved that way: conciliate() does it once it can.
    void ask_conciliation(ConciliationStrategy strategy);
    // Tells each running supervisord to restart or to shut down, ours excepted.
    void close_others(Instant now, OrderKind kind);

    // Issues and carries out whatever the jobs want now. Returns the orders for our own
    // supervisord.
    std::vector<Order> settle(Instant now, Outbox& out);
    void wake(Instant now);
    Instant next_deadline(Instant now) const;
    void abort_all();

    bool is_starting() const { return !starter_.is_idle(); }
    bool is_stopping() const { return !stopper_.is_idle(); }
    // Grows when something may go on that waited for the end of a job.
    std::uint64_t ended_jobs() const { return starter_.ended_jobs() + stopper_.ended_jobs(); }
    // All that is under way here; nothing on an instance that is not Master.
    std::vector<Undertaking> undertakings(Instant now) const;
    bool has_closing_orders() const { return !closing_orders_.empty(); }

private:
    void carry_out(Instant now, Outbox& out);
    bool has_job(ApplicationId application) const {
        return starter_.has_job(application) || stopper_.has_job(application);
    }
    template <typename IsMeant>
    void distribute_among(IsMeant is_meant);
    bool take_up_left_out();
    void give_up_due(ApplicationId application, Outbox& out);
    void want_instead(ProcessIntent former, ProcessId process, Outbox& out);
    template <typename IsMeant>
    void explain_without_rank(IsMeant is_meant);
    static bool has_stopped(const Inventory::Change& change);
    bool is_stop_ordered(const Inventory::Change& change) const;
    void advance(Instant now, Outbox& out);
    void settle_due();
    void settle_due(ProcessId process);
    void act_on_failures(Instant now, Outbox& out);
    void settle_lost(std::span<const ProcessId> processes, Outbox& out);
    void settle_lost(ProcessId process, Outbox& out);
    std::vector<ProcessId> conflicts() const;
    bool is_solvable(ProcessId process) const;
    bool rests(Instant now, ProcessId process) const;
    void forget_solved(const std::vector<ProcessId>& conflicting);
    Duration uptime(Instant now, const ProcessCopy& copy) const;
    void look_after_kept();
    void solve(Instant now, ProcessId process, ConciliationStrategy strategy, Outbox& out);
    void stop_for_good(ProcessId process, Outbox& out);
    void restart_process(ProcessId process);
    void apply_failure(ProcessId process, Outbox& out);
    bool submit_restarts(Outbox& out);
    StartManner manner_of(ApplicationId application) const;

    const Settings* settings_;
    const InstanceTable* table_;
    Inventory* inventory_;
    Postman* postman_;
    IntentTable intents_;
    Starter starter_;
    Stopper stopper_;
    FailureHandler failures_;
    std::set<ApplicationId> unstopped_;
    std::set<ApplicationId> left_out_;  // of a distribution, since they had a job
    std::set<ProcessId> kept_;          // one copy was to stay where others were stopped or undone
    std::map<ProcessId, Instant> rested_;  // conflicts dealt with, and when again if need be
    std::map<ProcessId, ConciliationStrategy> asked_;  // by a user, instead of the configured one
    OrderBook orders_;
    JobEffects effects_;
    std::map<std::uint64_t, InstanceId> closing_orders_;  // not yet acknowledged (E-60)
    std::uint64_t last_closing_order_ = std::uint64_t{1} << 62;
};

}  // namespace sup::core
