#include <algorithm>
#include <utility>

#include "agent/core/federation/synchronisation.h"
#include "agent/core/federation/transitions.h"
#include "agent/core/parts.h"
#include "common/base/check.h"
#include "common/base/text.h"

// The consequences of what was observed, in a fixed order, until nothing moves.
namespace sup::core {
namespace {

// A fixed point is reached in a few rounds; a hundred would be a bug, and would block the loop.
constexpr int kMaximumRounds = 1000;
constexpr Duration kClosingLimit = 5_s;
constexpr Duration kWelcomePatience = 5_s;

}  // namespace

void AgentCore::Parts::settle(Instant now, Outbox& out) {
    if (!dirty || terminated) {
        return;
    }
    dirty = false;
    if (stop_asked) {
        supervisor.end_unheard(now);
        take_local_news(now, out);
    }
    int rounds = 0;
    while (settle_once(now, out)) {
        SUP_CHECK(++rounds < kMaximumRounds, "settling ends");
    }
    for (auto& remark : inventory.take_remarks()) {
        out.warning("rules", std::move(remark));
    }
    desk.settle(out);
    programs.settle(now, out);
    remote_calls.settle(out);
    publish_instances(out);
    publish_modes(now, out);
    if (stop_asked) {
        const auto& processes = inventory.processes();
        const bool all_down =
            std::all_of(processes.begin(), processes.end(), [&](const Process& process) {
                const auto* copy = process.copy_on(table.local());
                return copy == nullptr || is_stopped_like(copy->record.state);
            });
        const bool draining = supervisor.session().pid == 0 || !supervisor.is_up();
        if (!draining || all_down || now >= stop_by) {
            terminated = true;
            out.add(Terminate{"asked to stop"});
        }
    }
}

// Whether something moved that may have consequences again.
bool AgentCore::Parts::settle_once(Instant now, Outbox& out) {
    const auto changes = table.changes();
    bool moved = false;
    if (reach == Reach::Everything) {
        fences.spread(now, governor.master(), out);
        settle_failed(now, out);
        moved = activate(now, out);
    }
    moved = settle_changes(now, out) || moved;
    moved = govern(now, out) || moved;
    moved = direct(now, out) || moved;
    if (table.changes() != changes) {
        reach = Reach::Everything;
        moved = true;
    }
    return moved;
}

void AgentCore::Parts::settle_failed(Instant now, Outbox& out) {
    const bool isolating =
        settings.auto_fence &&
        (governor.state() == FsmState::Election || governor.state() == FsmState::Distribution ||
         governor.state() == FsmState::Operation || governor.state() == FsmState::Conciliation);
    if (table.count(InstanceState::Failed) == 0) {
        return;
    }
    for (const auto id : table.peers()) {
        auto& instance = table.at(id);
        if (instance.state != InstanceState::Failed) {
            continue;
        }
        publish_instances(out);
        const bool held = instance.held_until != kNever;
        if (!held) {
            inventory.lose(id, concat("Supervisor ", instance.who.identifier, " lost"), now);
        }
        // After the loss: a start pending there has failed, it is no running failure (E-114).
        director.on_instance_lost(id);
        const auto reason = instance.reason;
        const bool fence = isolating && !held;
        if (fence) {
            instance.isolation = Isolation::Fenced;
            out.error("membership", concat(instance.who.identifier, " is isolated: ", reason));
        }
        table.become(id, fence ? InstanceState::Isolated : InstanceState::Stopped, now, reason);
    }
}

// CHECKED instances take part from now on, except while a start plan is under way (B-17, E-38).
bool AgentCore::Parts::activate(Instant now, Outbox& out) {
    if (table.count(InstanceState::Checked) == 0) {
        return welcome(now, out);
    }
    const std::vector<InstanceId> ourselves = {table.local()};
    const bool postponed = governor.state() == FsmState::Distribution;
    bool any = false;
    for (const auto id : postponed ? ourselves : table.ids()) {
        if (table.at(id).state == InstanceState::Checked) {
            table.become(id, InstanceState::Running, now, "takes part");
            any = any || id != table.local();
        }
    }
    return welcome(now, out) || any;
}

// Those who take our orders: who has another Master would refuse them, and so would who has obeyed
// one of a higher term, until ours is above it. What that one had done there is looked at anew.
std::set<InstanceId> AgentCore::Parts::followers() const {
    std::set<InstanceId> followers;
    for (const auto id : table.peers()) {
        const auto& modes = table.at(id).modes;
        const bool has_another = !modes.master.empty() && modes.master != governor.master();
        if (table.is_running(id) && !has_another && modes.term <= governor.term()) {
            followers.insert(id);
        }
    }
    return followers;
}

// An instance that has begun to take our orders completes what lacked (B-48). Where several meet us
// at once, as after a partition, what one lacks may run on the next: they are waited for, bounded.
bool AgentCore::Parts::welcome(Instant now, Outbox& out) {
    const auto state = governor.state();
    const bool is_at_work = state == FsmState::Operation || state == FsmState::Conciliation;
    if (!governor.is_in_charge() || !is_at_work || !governor.may_act()) {
        welcome_by = kNever;
        return false;
    }
    auto present = followers();
    if (std::includes(counted.begin(), counted.end(), present.begin(), present.end())) {
        counted = std::move(present);
        welcome_by = kNever;
        return false;
    }
    if (is_somebody_coming(settings, table, now)) {
        welcome_by = welcome_by == kNever ? now + kWelcomePatience : welcome_by;
        if (now < welcome_by) {
            return false;
        }
    }
    welcome_by = kNever;
    counted = std::move(present);
    out.info("fsm", "an instance joined: what lacked is started");
    director.distribute();
    return true;
}

bool AgentCore::Parts::settle_changes(Instant now, Outbox& out) {
    const auto changes = inventory.take_changes();
    if (is_closing(governor.state())) {
        inventory.settle_all_lost();  // everything ends: nobody repairs it later
    }
    const bool acts =
        governor.is_in_charge() && !is_closing(governor.state()) && governor.may_act();
    for (const auto& change : changes) {
        publish_change(now, change, out);
        follow_arguments(change);
        if (!governor.is_in_charge()) {
            continue;
        }
        const bool crash = change.kind == Inventory::Change::Kind::Event && acts &&
                           inventory.at(change.process).shows_crash() &&
                           change.after != change.before;
        if (crash) {
            if (const auto goal = director.on_crash(now, change.process, out)) {
                governor.close(*goal,
                               concat(namespec_of(inventory.at(change.process).name), " crashed"));
            }
        }
        if (acts) {
            director.take_up_stopped(change);
        }
        director.on_change(now, change, out);
    }
    return !changes.empty();
}

bool AgentCore::Parts::govern(Instant now, Outbox& out) {
    close_when_stopped(now, out);
    WorkFacts work;
    work.intents = director.intents().term();
    work.starting = !director.starter().is_settled();
    work.stopping = director.is_stopping() ||
                    (closing_sent && director.has_closing_orders() && now < closing_by) ||
                    (governor.is_master() && is_closing(governor.state()) && !closing_sent);
    if (governor.is_in_charge()) {
        auto conflicts = director.conflict_facts();
        work.conflicts = conflicts.any;
        work.solvable = std::move(conflicts.solvable);
    }
    // What the Governor judges is who takes part, and the work: it is asked when one has changed.
    if (reach != Reach::Everything && work == governed && !governor.closing_goal()) {
        return false;
    }
    governed = work;
    const auto next = governor.evaluate(now, work, out);
    postman.set_term(governor.term());
    if (governor.is_in_charge()) {
        director.intents().confirm(governor.term(), governor.master());
    }
    if (!next) {
        return false;
    }
    out.info("fsm",
             concat(name_of(governor.state()), " -> ", name_of(next->first), ": ", next->second));
    governor.become(now, next->first);
    reach = Reach::Everything;
    enter(now, next->first, out);
    return true;
}

// In a closing state, once everything is stopped, the other supervisords are told, then ours
// (E-60).
void AgentCore::Parts::close_when_stopped(Instant now, Outbox& out) {
    const auto state = governor.state();
    const bool closing_now = state == FsmState::Restarting || state == FsmState::ShuttingDown;
    if (!closing_now || !governor.is_master() || closing_sent || director.is_stopping()) {
        return;
    }
    closing_sent = true;
    closing_by = now + kClosingLimit;
    out.info("fsm", "everything is stopped: the supervisords are told");
    director.close_others(now, state == FsmState::Restarting ? OrderKind::RestartSupervisor
                                                             : OrderKind::ShutdownSupervisor);
}

void AgentCore::Parts::enter(Instant now, FsmState state, Outbox& out) {
    if (state == FsmState::Distribution && governor.is_master()) {
        take_charge(out);
    }
    publish_modes(now, out);
    switch (state) {
        case FsmState::Off:
        case FsmState::Synchronization:
        case FsmState::Election:
            director.abort_all();
            desk.abort_all(concat("the federation is in ", name_of(state)), out);
            closing_sent = false;
            closing_by = kNever;
            without_quorum = false;  // whoever is Master next looks anew
            return;
        case FsmState::Distribution:
            follow(now, out);
            return;
        case FsmState::Operation:
        case FsmState::Conciliation:
            return;
        case FsmState::Restarting:
        case FsmState::ShuttingDown:
            closing = state;
            director.abort_all();
            desk.abort_all(concat("the federation is in ", name_of(state)), out);
            if (governor.is_master()) {
                director.want_all_again(ProcessIntent::Done, out);
                director.stopper().plan_everything(Stopper::Whom::All);
            }
            return;
        case FsmState::Final:
            supervisor.carry_out(
                Order{0,
                      closing == FsmState::Restarting ? OrderKind::RestartSupervisor
                                                      : OrderKind::ShutdownSupervisor,
                      {},
                      {}},
                out);
            supervisor.wake(now, out);
            closing_by = kNever;
            return;
    }
}

// Says once that the quorum is lost, or is back, and does what the policy wants (D-16). What was
// stopped is started again when it is back, by the automatic start of welcome().
void AgentCore::Parts::mind_quorum(Outbox& out) {
    const bool is_without = !governor.may_act();
    if (is_without == std::exchange(without_quorum, is_without)) {
        return;
    }
    const auto policy = name_of(settings.no_quorum_policy);
    if (!is_without) {
        out.warning("fsm", "a majority of supvisors_list is back");
        counted.clear();
        if (settings.no_quorum_policy == NoQuorumPolicy::Stop) {
            director.resume();
        }
        return;
    }
    out.error("fsm", concat("no majority of supvisors_list: ", policy));
    if (settings.no_quorum_policy == NoQuorumPolicy::Stop) {
        director.abort_all();
        director.stop_managed();
    }
}

// What happened by itself is mended. Whether the federation is to be closed for it.
bool AgentCore::Parts::mend(Instant now, Outbox& out) {
    if (const auto goal = director.repair_lost(now, out)) {
        governor.close(*goal, "a process was lost whose running failure strategy asks for it");
        return true;
    }
    if (governor.state() == FsmState::Conciliation) {
        director.conciliate(now, settings.conciliation_strategy, out);
    }
    return false;
}

// What is wanted is ours to say from now on: everybody learns what we hold.
void AgentCore::Parts::take_charge(Outbox& out) {
    director.intents().confirm(governor.term(), governor.master());
    const auto everybody = followers();
    for (const auto peer : everybody) {
        send_snapshot(peer, out);
    }
    if (governor.may_act()) {
        counted = everybody;
        director.distribute();
    }
}

// Who comes to a Master that is at work already, for another prevailed over its own, has not been
// told what that one wants.
void AgentCore::Parts::follow(Instant now, Outbox& out) {
    const auto master = governor.master_id();
    if (master && *master != table.local() &&
        !director.intents().is_word_of(governor.master(), table.at(*master).modes.term)) {
        ask_snapshot(now, *master, out);
    }
}

// The Master's work.
bool AgentCore::Parts::direct(Instant now, Outbox& out) {
    if (!governor.is_in_charge()) {
        return false;
    }
    if (!is_closing(governor.state())) {
        mind_quorum(out);
        if (governor.may_act() && mend(now, out)) {
            return true;
        }
    }
    const bool was_starting = director.is_starting();
    const bool was_stopping = director.is_stopping();
    const auto ended_jobs = director.ended_jobs();
    const auto own = director.settle(now, out);
    if (!own.empty()) {
        order_desk.on_orders({table.local(), birth.boot}, own, out);
        supervisor.wake(now, out);
        take_local_news(now, out);
    }
    const bool heard_news = std::exchange(dirty, false);
    return heard_news || was_starting != director.is_starting() ||
           was_stopping != director.is_stopping() || ended_jobs != director.ended_jobs() ||
           inventory.has_changes();
}

}  // namespace sup::core
