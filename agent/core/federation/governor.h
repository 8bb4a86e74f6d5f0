#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agent/core/federation/election.h"
#include "agent/core/federation/synchronisation.h"
#include "agent/core/federation/transitions.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/outbox.h"
#include "agent/core/settings.h"

namespace sup::core {

// What the Governor needs to know of the rest at an evaluation.
struct WorkFacts {
    bool starting = false;              // jobs of our own Starter
    bool stopping = false;              // and Stopper
    std::vector<std::string> solvable;  // conflicts that nothing under way concerns, by namespec
    bool conflicts = false;             // any at all, with those whose end is under way
    Term intents = 0;                   // of what is held as wanted: of a Master before us, maybe
    bool operator==(const WorkFacts&) const = default;
};

// The federation's machine on this instance, and its Master (sections 5 and 6 of the reference).
//
// OFF: the local supervisord is not known. SYNCHRONIZATION: waiting for the instances that the
// options ask for. ELECTION: no Master agreed on, or not yet at work. DISTRIBUTION: the Master
// starts what its rules want. OPERATION: the Master watches and serves. RESTARTING, SHUTTING_DOWN:
// the Master stops everything in order. FINAL: each supervisord is told.
//
// Only the Master moves between the last five; the others follow it, whatever state it is in, along
// legal ways (D-12). Nobody at work waits for a newcomer (D-13), but a Master that is about to
// begin waits for those who are just shaking hands: what is bound to them would fail. Each election
// won gives a higher term, also than that of what the Masters before wanted: it may be all that is
// left of them.
//
// The Master judges the losses of instances by supvisors_failure_strategy, once they are confirmed:
// an instance that blinks, shakes hands or restarts its agent is no loss (D-15), nor is one that
// was lost before a synchronisation that ended without it. RESYNC sends the federation back to
// SYNCHRONIZATION under the same Master; SHUTDOWN stops it in order (D-14).
class Governor {
public:
    Governor(const Settings& settings, const InstanceTable& table)
        : settings_(&settings), table_(&table) {}

    // For a copy that is to look at copies.
    void rebind(const InstanceTable& table) { table_ = &table; }

    // The next state, if it has to change now, with its reason. To be repeated until it has nothing
    // to say.
    std::optional<std::pair<FsmState, std::string>> evaluate(Instant now, const WorkFacts& work,
                                                             Outbox& out);
    void become(Instant now, FsmState state);

    // Requests of users, already checked. A master chosen by hand, or by the election when empty.
    void end_synchronisation(std::string master);
    void close(FsmState goal, std::string why) { closing_goal_ = {{goal, std::move(why)}}; }
    // We slept through an election: what we were is over, the synchronisation starts again.
    void resynchronise(Instant now, Outbox& out);

    // The state in which the federation is to end, once asked for.
    std::optional<FsmState> closing_goal() const {
        return closing_goal_ ? std::optional(closing_goal_->first) : std::nullopt;
    }
    FsmState state() const { return state_; }
    const std::string& master() const { return master_; }
    std::optional<InstanceId> master_id() const { return table_->find(master_); }
    Term term() const { return term_; }
    bool is_master() const { return !master_.empty() && master_ == self(); }
    // Whether our jobs count: we are Master and everybody knows it.
    bool is_in_charge() const {
        return is_master() && state_ != FsmState::Off && state_ != FsmState::Synchronization &&
               state_ != FsmState::Election;
    }
    // Whether a Master is at work here, be it another.
    bool has_master_at_work() const;
    bool degraded() const { return degraded_; }
    // Whether a Master may act by itself: there is a quorum, or none is asked for (D-16).
    bool may_act() const;

    // The term of an order or of a Master's publication was seen. False: it is older than what we
    // obey.
    bool accept_term(Term term);

    Instant next_deadline() const;

private:
    using Next = std::optional<std::pair<FsmState, std::string>>;
    const std::string& self() const { return table_->identifier(table_->local()); }
    std::vector<InstanceId> declared() const;
    std::vector<Elector> electors(std::span<const InstanceId> eligible,
                                  std::span<const InstanceId> declared) const;
    void elect(Outbox& out);
    void set_master(const std::string& master, const std::string& why, Outbox& out);
    void drop_lost_master(Outbox& out);
    void raise_term(const WorkFacts& work);
    Next evaluate_synchronisation(Instant now);
    Next evaluate_election(Instant now, const WorkFacts& work, Outbox& out);
    Next evaluate_elected(Instant now, const WorkFacts& work, Outbox& out);
    Next evaluate_master(const WorkFacts& work);
    void accept_losses();
    Next judge_losses(Instant now);
    Instant next_judgement() const;
    Next follow_master();
    bool waits_for_restart() const;
    void tell_why_we_wait(Instant now, Outbox& out);
    Next evaluate_closing(const WorkFacts& work);

    const Settings* settings_;
    const InstanceTable* table_;
    FsmState state_ = FsmState::Off;
    Instant since_;
    bool has_worked_ = false;  // in a federation, since we were OFF
    std::string why_we_wait_;  // for the Master, in ELECTION
    Instant tell_at_ = kNever;
    Instant up_since_;
    Instant evaluated_;
    std::string master_;
    Term term_ = 0;  // highest seen
    bool degraded_ = false;
    bool sync_ended_by_user_ = false;
    bool must_resynchronise_ = false;
    Next closing_goal_;
    std::set<InstanceId> judged_;  // losses that the failure strategy has dealt with
};

}  // namespace sup::core
