#include "agent/core/federation/governor.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "election";
constexpr Duration kWaitPatience = 5_s;  // longer than a newcomer needs to meet all

bool is_elected(FsmState state) {
    return state != FsmState::Off && state != FsmState::Synchronization &&
           state != FsmState::Election;
}

}  // namespace

// The RUNNING instances that some RUNNING instance declares.
std::vector<InstanceId> Governor::declared() const {
    std::vector<InstanceId> declared;
    const auto add = [&](const std::string& identifier) {
        const auto id = table_->find(identifier);
        if (id && table_->is_running(*id)) {
            declared.push_back(*id);
        }
    };
    for (const auto& [identifier, voters] : table_->ballot().declared()) {
        add(identifier);
    }
    if (!master_.empty() && table_->ballot().declaring(master_) == 0) {
        add(master_);
    }
    return declared;
}

std::vector<Elector> Governor::electors(std::span<const InstanceId> eligible,
                                        std::span<const InstanceId> declared) const {
    const auto core = table_->resolve_all(settings_->core_identifiers);
    const auto contains = [](std::span<const InstanceId> ids, InstanceId id) {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    std::vector<Elector> electors;
    for (const auto id : eligible) {
        electors.push_back(
            {id, table_->at(id).who.nick, contains(core, id), contains(declared, id)});
    }
    return electors;
}

void Governor::set_master(const std::string& master, const std::string& why, Outbox& out) {
    if (master_ == master) {
        return;
    }
    out.info(kCategory, master.empty() ? concat("no Master any more: ", why)
                                       : concat(master, " chosen ", why));
    master_ = master;
}

void Governor::resynchronise(Instant now, Outbox& out) {
    set_master({}, "this instance was frozen", out);
    up_since_ = now;
    sync_ended_by_user_ = false;
    must_resynchronise_ = state_ == FsmState::Election || state_ == FsmState::Distribution ||
                          state_ == FsmState::Operation || state_ == FsmState::Conciliation;
}

void Governor::drop_lost_master(Outbox& out) {
    const auto master = master_id();
    if (!master_.empty() && (!master || !table_->is_running(*master))) {
        set_master({}, concat(master_, " is lost"), out);
    }
}

void Governor::raise_term(const WorkFacts& work) {
    term_ = std::max(term_, work.intents);
    for (const auto& instance : table_->all()) {
        term_ = std::max(term_, instance.modes.term);
    }
    ++term_;
}

bool Governor::accept_term(Term term) {
    if (term < term_) {
        return false;
    }
    term_ = term;
    return true;
}

void Governor::become(Instant now, FsmState state) {
    SUP_CHECK(is_allowed(state_, state), "the machine moves along its table");
    if (state_ == FsmState::Off) {
        up_since_ = now;
    }
    if (state == FsmState::Off) {
        master_.clear();
        closing_goal_.reset();
        judged_.clear();
        has_worked_ = false;
    }
    if (state == FsmState::Off || state == FsmState::Synchronization) {
        sync_ended_by_user_ = false;
    }
    if (state_ == FsmState::Synchronization && state == FsmState::Election) {
        accept_losses();
    }
    has_worked_ = has_worked_ || (is_elected(state) && !is_closing(state));
    state_ = state;
    since_ = now;
}

void Governor::end_synchronisation(std::string master) {
    sync_ended_by_user_ = true;
    master_ = std::move(master);
}

Governor::Next Governor::evaluate(Instant now, const WorkFacts& work, Outbox& out) {
    const auto& self_instance = table_->at(table_->local());
    evaluated_ = now;
    if (self_instance.state != InstanceState::Running) {
        return state_ == FsmState::Off
                   ? Next{}
                   : Next{{FsmState::Off, concat("local supervisord: ", self_instance.reason)}};
    }
    degraded_ = is_degraded(*settings_, *table_);
    drop_lost_master(out);
    if (std::exchange(must_resynchronise_, false)) {
        return Next{{FsmState::Synchronization, "this instance was frozen"}};
    }
    switch (state_) {
        case FsmState::Off:
            return Next{{FsmState::Synchronization, "the local supervisord is known"}};
        case FsmState::Synchronization:
            return evaluate_synchronisation(now);
        case FsmState::Election:
            return evaluate_election(now, work, out);
        case FsmState::Distribution:
        case FsmState::Operation:
        case FsmState::Conciliation:
            return evaluate_elected(now, work, out);
        case FsmState::Restarting:
        case FsmState::ShuttingDown:
            return evaluate_closing(work);
        case FsmState::Final:
            return {};
    }
    return {};
}

Governor::Next Governor::evaluate_synchronisation(Instant now) {
    if (sync_ended_by_user_) {
        return Next{{FsmState::Election, "asked by a user"}};
    }
    SynchronisationFacts facts;
    facts.uptime = now - up_since_;
    for (const auto id : declared()) {
        const auto& modes = table_->at(id).modes;
        facts.master_known = true;
        facts.master_acts =
            facts.master_acts || (modes.master == table_->identifier(id) && is_elected(modes.fsm));
    }
    auto verdict = core::evaluate_synchronisation(*settings_, *table_, facts);
    return verdict.ended ? Next{{FsmState::Election, std::move(verdict.why)}} : Next{};
}

// Chooses; several declared Masters are reduced to one by the same rule (E-45). All are listed only
// for the reason of a change: mostly the choice is the same as before.
void Governor::elect(Outbox& out) {
    const auto known = declared();
    if (known.size() == 1 && table_->identifier(known.front()) == master_) {
        return;
    }
    auto choice = choose_master(electors(known, known));
    if (choice && table_->identifier(choice->master) == master_) {
        return;
    }
    auto running = table_->ids();
    std::erase_if(running, [&](InstanceId id) { return !table_->is_running(id); });
    choice = choose_master(electors(running, known));
    if (choice) {
        set_master(table_->identifier(choice->master), choice->why, out);
    }
}

Governor::Next Governor::evaluate_elected(Instant now, const WorkFacts& work, Outbox& out) {
    const auto before = master_;
    if (!master_.empty()) {
        elect(out);
    }
    if (master_.empty() || master_ != before) {
        return Next{
            {FsmState::Election, master_.empty() ? "no Master" : "another Master prevails"}};
    }
    // Every instance keeps the account of the losses that were judged, for when it is Master.
    auto judgement = judge_losses(now);
    if (!is_master()) {
        return follow_master();
    }
    return judgement && !closing_goal_ ? judgement : evaluate_master(work);
}

Governor::Next Governor::evaluate_election(Instant now, const WorkFacts& work, Outbox& out) {
    elect(out);
    if (!is_master()) {
        tell_why_we_wait(now, out);
        return follow_master();
    }
    if (!is_unanimous(table_->ballot(), master_)) {
        return {};
    }
    const bool may_wait = now - since_ < kBeginPatience;
    if (may_wait &&
        (is_somebody_coming(*settings_, *table_, now) || is_somebody_unmet(*table_, up_since_))) {
        return {};
    }
    raise_term(work);
    out.info(kCategory, concat("we are the Master, term ", term_));
    return Next{{FsmState::Distribution, "elected by all"}};
}

// The Master restarts what it has, and we have just come: our supervisord may have been restarted
// already, and would be again and again while that of the Master takes its time.
bool Governor::waits_for_restart() const {
    const auto id = master_id();
    const auto fsm = id ? table_->at(*id).modes.fsm : FsmState::Off;
    return !has_worked_ && (fsm == FsmState::Restarting || fsm == FsmState::Final);
}

// For long, or for ever: whom we choose may follow one that we do not hear. There is one Master all
// the same, but not for us (E-28, D-40).
void Governor::tell_why_we_wait(Instant now, Outbox& out) {
    const auto chosen = master_id();
    const auto& theirs = chosen ? table_->at(*chosen).modes.master : master_;
    const auto id = table_->find(theirs);
    std::string why;
    if (waits_for_restart()) {
        why = concat(master_, " is in ", name_of(table_->at(*chosen).modes.fsm),
                     ": it is waited for");
    } else if (!theirs.empty() && theirs != master_ && !(id && table_->is_running(*id))) {
        why = concat(master_, " follows ", theirs,
                     ", which is not heard here: nothing is started or stopped here");
    }
    if (why != why_we_wait_) {
        why_we_wait_ = std::move(why);
        tell_at_ = why_we_wait_.empty() ? kNever : now + kWaitPatience;
    }
    if (now >= tell_at_) {
        out.warning(kCategory, why_we_wait_);
        tell_at_ = kNever;
    }
}

Governor::Next Governor::evaluate_master(const WorkFacts& work) {
    for (const auto& instance : table_->all()) {
        const auto& modes = instance.modes;
        const bool has_another = modes.master != master_ && !modes.master.empty();
        if (instance.state == InstanceState::Running &&
            (modes.term > term_ || (modes.term == term_ && has_another))) {
            raise_term(work);  // another Master gave up for us: our orders must be the newer ones
        }
    }
    if (closing_goal_) {
        return closing_goal_;
    }
    if (state_ == FsmState::Distribution && !work.starting) {
        return Next{{FsmState::Operation, "everything that had to start was dealt with"}};
    }
    if (state_ == FsmState::Operation && !work.solvable.empty()) {
        return Next{{FsmState::Conciliation,
                     concat("more than one copy runs of ", join(work.solvable, ", "))}};
    }
    if (state_ == FsmState::Conciliation && !work.conflicts && !work.stopping) {
        return Next{{FsmState::Operation, "no conflict is left"}};
    }
    return {};
}

bool Governor::has_master_at_work() const {
    return !master_.empty() && is_elected(state_);
}

bool Governor::may_act() const {
    if (settings_->no_quorum_policy == NoQuorumPolicy::Ignore || !settings_->list_is_set) {
        return true;
    }
    return table_->listed_running() * 2 > table_->listed();
}

Governor::Next Governor::follow_master() {
    const auto master = master_id();
    if (!master || is_master()) {
        return {};
    }
    const auto& modes = table_->at(*master).modes;
    if (modes.master != master_) {
        // It does not know yet, or not any more.
        return state_ == FsmState::Election ? Next{}
                                            : Next{{FsmState::Election, "the Master gave up"}};
    }
    if (modes.fsm == FsmState::Synchronization && is_elected(state_)) {
        return Next{{modes.fsm, "as the Master"}};
    }
    if (!is_elected(modes.fsm) || (state_ == FsmState::Election && waits_for_restart())) {
        return state_ == FsmState::Election
                   ? Next{}
                   : Next{{FsmState::Election, "the Master is in election"}};
    }
    term_ = std::max(term_, modes.term);
    const auto way = legal_way(state_, modes.fsm);
    return way.empty() ? Next{} : Next{{way.front(), "as the Master"}};
}

Governor::Next Governor::evaluate_closing(const WorkFacts& work) {
    if (is_master()) {
        return work.stopping ? Next{} : Next{{FsmState::Final, "everything is stopped"}};
    }
    const auto master = master_id();
    const bool master_closes =
        master && table_->is_running(*master) && (table_->at(*master).modes.fsm == state_);
    return master_closes ? Next{} : Next{{FsmState::Final, "the Master is done"}};
}

Instant Governor::next_deadline() const {
    if (is_master() && is_elected(state_)) {
        return next_judgement();
    }
    if (state_ == FsmState::Election && is_master() && evaluated_ - since_ < kBeginPatience) {
        return since_ + kBeginPatience;
    }
    if (state_ != FsmState::Synchronization) {
        return kNever;
    }
    // The conditions that depend on time, those that are still to come.
    Instant next = kNever;
    for (const auto due : {up_since_ + settings_->synchro_timeout, up_since_ + kCoreMinimum,
                           up_since_ + least_uptime(*settings_)}) {
        next = due > evaluated_ ? std::min(next, due) : next;
    }
    return next;
}

}  // namespace sup::core
