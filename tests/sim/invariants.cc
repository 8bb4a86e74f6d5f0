#include "tests/sim/invariants.h"

#include <algorithm>
#include <utility>

#include "agent/core/federation/transitions.h"
#include "common/base/text.h"
#include "rules/resolve.h"
#include "tests/sim/story.h"

namespace sup::sim {
namespace {

// How long the world must have been as it is before something may be taken as known to all.
constexpr Duration kKnown = {5'000};
constexpr Duration kElected = {15'000};
// How long a start that was asked for may take to show.
constexpr Duration kShows = {2'000};
constexpr int kSleepless = 20;

}  // namespace

void Invariants::breach(std::size_t instance, const std::string& what) {
    const auto time = fleet_->elapsed().ms;
    breaches_.push_back(concat("BROKEN at ", time / 1000, ".", time % 1000, " on ",
                               fleet_->at(instance).name(), ": ", what));
}

void Invariants::on_command(std::size_t instance, const core::Command& command) {
    if (const auto* event = std::get_if<core::PublishEvent>(&command)) {
        if (const auto* info = std::get_if<SupvisorsInfo>(&event->event)) {
            on_fsm(instance, info->fsm);
        } else if (const auto* peer = std::get_if<InstanceInfo>(&event->event)) {
            on_instance(instance, *peer);
        }
    } else if (const auto* answer = std::get_if<core::AnswerOperator>(&command)) {
        on_answer(instance, answer->id);
    } else if (const auto* remote = std::get_if<core::AnswerRemoteCall>(&command)) {
        on_answer(instance, remote->id);
    } else if (const auto* send = std::get_if<core::SendToPeers>(&command)) {
        on_spoken(instance, send->message);
    } else if (const auto* to_one = std::get_if<core::SendToPeer>(&command)) {
        on_spoken(instance, to_one->message);
    } else if (const auto* call = std::get_if<core::CallSupervisor>(&command)) {
        if (const auto* start = std::get_if<core::StartProcesses>(&call->call)) {
            for (const auto& namespec : start->namespecs) {
                on_start(instance, namespec);
            }
        }
    }
}

void Invariants::on_fsm(std::size_t instance, FsmState state) {
    const auto before = std::exchange(fsm_[instance], state);
    if (state != before && !core::is_allowed(before, state)) {
        breach(instance, concat("went from ", name_of(before), " to ", name_of(state)));
    }
}

void Invariants::on_answer(std::size_t instance, core::RequestId id) {
    if (pending_.erase(id) == 0) {
        breach(instance, concat("request ", id,
                                answered_.contains(id) ? " answered twice" : " was never made"));
    }
    answered_.insert(id);
}

// An agent speaks with the highest term that it has accepted.
void Invariants::on_spoken(std::size_t instance, const Message& message) {
    auto& obeyed = obeyed_[instance];
    obeyed = std::max(obeyed, message.term);
}

// Orders of another than the declared Master are refused, and those of one that is not met are not
// listened to: only those of the Master are obeyed.
void Invariants::on_delivery(std::size_t from, std::size_t to, const Message& message) {
    const auto* orders = std::get_if<Orders>(&message.payload);
    if (orders == nullptr) {
        return;
    }
    auto& obeyed = obeyed_[to];
    auto& [when, names] = stale_[to];
    if (when != fleet_->schedule().now()) {
        names.clear();
    }
    when = fleet_->schedule().now();
    // One that may be carried out still, while an old one of the same process comes, is no old one.
    for (const auto& order : orders->orders) {
        if (order.kind != OrderKind::Start) {
            continue;  // a Master may start at that moment what an old one wants to be stopped
        }
        const auto name = full_name(order.process);
        const auto good = ordered_.find({to, name});
        const bool is_under_way = good != ordered_.end() && when - good->second <= kShows;
        if (message.term >= obeyed) {
            ordered_[{to, name}] = when;
            names.erase(name);
        } else if (!is_under_way) {
            names.insert(name);
        }
    }
    const auto& sender = fleet_->at(from).name();
    const auto state = fleet_->at(to).queries().supvisors_state();
    const auto seen = state.instance_states.find(sender);
    const bool is_met =
        seen != state.instance_states.end() && (seen->second == name_of(InstanceState::Checked) ||
                                                seen->second == name_of(InstanceState::Running));
    if (is_met && (state.master_identifier.empty() || state.master_identifier == sender)) {
        obeyed = std::max(obeyed, message.term);
    }
}

void Invariants::on_start(std::size_t instance, const std::string& namespec) {
    const auto stale = stale_.find(instance);
    if (stale != stale_.end() && stale->second.first == fleet_->schedule().now() &&
        stale->second.second.contains(namespec)) {
        breach(instance, concat("carried out a start of ", namespec, " of an old term"));
    }
    ordered_.erase({instance, namespec});
    const auto name = parse_namespec(namespec);
    const ProcessName process{name.group, name.name};
    check_load(instance, process);
    check_copies(instance, process);
    asked_[{instance, process}] = fleet_->schedule().now();
}

void Invariants::on_late_deadline(std::size_t instance, Duration late) {
    auto& [since, count] = sleepless_[instance];
    const auto now = fleet_->schedule().now();
    if (now - since > Duration{1000}) {
        since = now;
        count = 0;
    }
    if (++count == kSleepless) {
        breach(instance, concat("never sleeps: its deadline was over ", late.ms, " ms ago"));
    }
}

int Invariants::load_of(const ProcessName& process) const {
    std::vector<std::string> remarks;
    return rules::resolve_process(rules_, process.group, process.name, remarks).expected_loading;
}

// Whether the process is part of the load of `place` as whoever decided to start another one on
// `instance` must have known it: the Master of both. A restart by supervisord itself may have
// crossed the decision.
bool Invariants::counts(std::size_t place, std::size_t instance, const ProcessName& process) const {
    const auto& one = fleet_->at(place);
    const auto now = fleet_->schedule().now();
    const auto agent = agent_since_.find(place);
    const bool is_seen = one.has_agent() && !one.is_frozen() && one.supervisord().is_up() &&
                         agent != agent_since_.end() && !one_isolates(place, instance) &&
                         master_of(place) == master_of(instance);
    const auto alone = alone_.find({place, process});
    if (!is_seen || (alone != alone_.end() && now - alone->second < kKnown)) {
        return false;
    }
    const auto asked = asked_.find({place, process});
    return (asked != asked_.end() && now - asked->second <= kShows) ||
           is_running_like(one.supervisord().state_of(process));
}

void Invariants::check_load(std::size_t instance, const ProcessName& process) {
    int load = load_of(process);
    const bool is_settled = fleet_->schedule().now() - fleet_->stable_since() >= kKnown;
    if (load == 0 || !is_settled || !std::as_const(*fleet_).network().is_calm()) {
        return;
    }
    const auto& node = fleet_->at(instance).settings().node;
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto& other = fleet_->at(place);
        if (other.settings().node != node) {
            continue;
        }
        for (const auto& name : other.supervisord().processes()) {
            const bool is_itself = place == instance && name == process;
            load += !is_itself && counts(place, instance, name) ? load_of(name) : 0;
        }
    }
    if (load > 100) {
        breach(instance,
               concat("start of ", full_name(process), " brings node ", node, " to ", load));
    }
}

// Whether the agent there has heard of one that was started behind its back: the event may be lost.
bool Invariants::shows(std::size_t place, const ProcessName& process) const {
    const auto& one = fleet_->at(place);
    const auto shown = one.queries().processes(full_name(process));
    const auto* infos = std::get_if<std::vector<ProcessInfo>>(&shown);
    return infos != nullptr && !infos->empty() &&
           std::ranges::find(infos->front().identifiers, one.name()) !=
               infos->front().identifiers.end();
}

// Whether the agent of `place` has seen the process there, and has told those that it is connected
// to, the Master of `instance` among them.
bool Invariants::is_known_on(std::size_t place, std::size_t instance,
                             const ProcessName& process) const {
    const auto& other = fleet_->at(place);
    const auto now = fleet_->schedule().now();
    const auto since = up_since_.find({place, process});
    const bool is_settled = now - fleet_->stable_since() >= kKnown && since != up_since_.end() &&
                            now - since->second >= kKnown;
    if (!is_settled || !other.has_agent() || other.is_frozen() ||
        now - other.awake_since() < kKnown ||
        now - fleet_->at(instance).awake_since() < kKnown ||  // an order may have waited for it
        !std::as_const(*fleet_).network().is_calm() || one_isolates(place, instance) ||
        masters_part_with(place, instance)) {
        return false;
    }
    // An orphan is known to an agent that was there when its supervisord died, until another one
    // takes its place; a supervisord to an agent that could read it.
    const auto agent = agent_since_.find(place);
    const bool saw_it = agent != agent_since_.end() && agent->second < since->second &&
                        other.supervisord().started() <= since->second;
    const bool reads_it = is_running_like(other.supervisord().state_of(process)) &&
                          fsm_of(place) != FsmState::Off &&
                          (!alone_.contains({place, process}) || shows(place, process));
    return other.supervisord().is_up() ? reads_it : saw_it;
}

void Invariants::check_copies(std::size_t instance, const ProcessName& process) {
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto& other = fleet_->at(place);
        if (place != instance && is_known_on(place, instance, process) &&
            !other.machine().named(full_name(process)).empty()) {
            breach(instance,
                   concat(full_name(process), " is started while it runs on ", other.name()));
        }
    }
}

void Invariants::on_moved(std::size_t instance, const ProcessName& process, ProcessState state) {
    const auto now = fleet_->schedule().now();
    moved_[process] = now;
    const bool is_ours = asked_.erase({instance, process}) != 0;
    if (state == ProcessState::Starting) {
        up_since_[{instance, process}] = now;
        if (!is_ours) {
            alone_[{instance, process}] = now;
        }
    }
}

void Invariants::on_agent_started(std::size_t instance) {
    fsm_[instance] = FsmState::Off;
    obeyed_.erase(instance);
    std::erase_if(isolated_, [&](const auto& pair) { return pair.first == instance; });
    agent_since_[instance] = fleet_->schedule().now();
    std::erase_if(pending_, [&](const auto& entry) { return entry.second == instance; });
}

bool Invariants::in_charge(std::size_t instance) const {
    const auto& one = fleet_->at(instance);
    const auto fsm = fsm_.find(instance);
    if (!one.has_agent() || one.is_frozen() || fsm == fsm_.end() || fsm->second == FsmState::Off ||
        fsm->second == FsmState::Synchronization || fsm->second == FsmState::Election) {
        return false;
    }
    return master_of(instance) == one.name();
}

std::string Invariants::master_of(std::size_t instance) const {
    const auto master = fleet_->at(instance).queries().master();
    return master ? master->first : std::string();
}

bool Invariants::one_isolates(std::size_t one, std::size_t other) const {
    return isolated_.contains({one, other}) || isolated_.contains({other, one});
}

// Whoever decides for `instance` does not hear of `place`: a fence that has not spread yet.
bool Invariants::masters_part_with(std::size_t place, std::size_t instance) const {
    const auto master = fleet_->find(master_of(instance));
    return master && one_isolates(*master, place);
}

void Invariants::on_instance(std::size_t instance, const InstanceInfo& info) {
    const auto other = *fleet_->find(info.identifier);
    if (info.state == InstanceState::Isolated) {
        isolated_.insert({instance, other});
    } else {
        isolated_.erase({instance, other});
    }
}

void Invariants::check_now() {
    if (fleet_->schedule().now() - fleet_->stable_since() < kElected ||
        fleet_->elapsed() < kElected) {
        return;
    }
    std::vector<std::size_t> masters;
    for (std::size_t one = 0; one < fleet_->size(); ++one) {
        if (!in_charge(one)) {
            continue;
        }
        for (const auto other : masters) {
            if (fleet_->is_connected(one, other) && !one_isolates(one, other)) {
                breach(one, concat("is in charge, and so is ", fleet_->at(other).name()));
            }
        }
        masters.push_back(one);
    }
}

// A request that nobody is going to answer is no plan of the core's: it is missed at rest.
void Invariants::on_step_end(std::size_t instance) {
    const auto& one = fleet_->at(instance);
    judge_plans(instance, one.queries().undertakings(), one.next_deadline());
}

void Invariants::judge_plans(std::size_t instance, const std::vector<core::Undertaking>& plans,
                             Instant next_deadline) {
    for (const auto& plan : plans) {
        if (plan.due == kNever) {
            breach(instance, concat(plan.what, " has no deadline"));
        } else if (next_deadline > plan.due) {
            breach(instance, concat(plan.what, " has a deadline that nobody watches"));
        }
    }
}

}  // namespace sup::sim
