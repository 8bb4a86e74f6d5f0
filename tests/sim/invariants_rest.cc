#include <algorithm>
#include <utility>

#include "common/base/text.h"
#include "rules/resolve.h"
#include "tests/sim/invariants.h"
#include "tests/sim/story.h"

// The part of Invariants that says what is missing for a world to be at rest.
namespace sup::sim {
namespace {

// How long the world must have been as it is before something may be taken as known to all.
constexpr Duration kKnown = {5'000};

}  // namespace

std::vector<std::string> Invariants::unrest(std::size_t most) const {
    std::vector<std::string> reasons;
    for (const auto& [id, instance] : pending_) {
        if (fleet_->at(instance).has_agent()) {
            reasons.push_back(
                concat("request ", id, " on ", fleet_->at(instance).name(), " is not answered"));
        }
    }
    // What is left of a federation that was shut down is as it was when that happened.
    if (fleet_->was_shut_down()) {
        return reasons;
    }
    const auto now = truth();
    std::vector<std::string> masters;
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        masters.push_back(fleet_->at(place).has_agent() ? master_of(place) : std::string());
    }
    for (std::size_t place = 0; place < fleet_->size() && reasons.size() < most; ++place) {
        for (auto reason : {unrest_of(place, masters), wrong_view_of(place, now)}) {
            if (!reason.empty()) {
                reasons.push_back(concat(fleet_->at(place).name(), " ", reason));
            }
        }
    }
    for (const auto& [process, places] : now) {
        if (auto reason = conflict_of(process, places); !reason.empty()) {
            reasons.push_back(std::move(reason));
        }
    }
    return reasons;
}

// A process of a managed application that runs more than once, where nobody is to solve it but its
// users, or where the Master does not know.
std::string Invariants::conflict_of(const ProcessName& process,
                                    const std::vector<std::size_t>& places) const {
    std::vector<std::string> remarks;
    if (!rules::resolve_application(rules_, process.group, {}, remarks).managed) {
        return {};
    }
    for (const auto one : places) {
        const auto copies = copies_seen_by(one, process, {{process, places}});
        // A Master in a minority leaves it, too.
        const auto strategy = fleet_->at(one).settings().conciliation_strategy;
        const auto master = fleet_->find(master_of(one));
        const bool is_in_minority = master && !fleet_->at(*master).has_quorum();
        const bool is_left_to_users = fsm_of(one) == FsmState::Conciliation &&
                                      (strategy == ConciliationStrategy::User || is_in_minority);
        if (copies.size() > 1 && !is_left_to_users) {
            return concat(full_name(process), " runs on ", python_list(copies), " in ",
                          name_of(fsm_of(one)), ", and nobody solves it");
        }
    }
    return {};
}

std::string Invariants::unrest_of(std::size_t instance,
                                  const std::vector<std::string>& masters) const {
    const auto& one = fleet_->at(instance);
    if (!one.has_agent() || one.has_closed()) {
        return {};
    }
    const auto info = one.queries().supvisors_state();
    if (info.fsm != FsmState::Operation && info.fsm != FsmState::Conciliation) {
        return concat("is in ", name_of(info.fsm));
    }
    if (!info.starting_jobs.empty() || !info.stopping_jobs.empty()) {
        return "has jobs";
    }
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto& other = fleet_->at(place);
        if (!other.has_agent() || other.has_closed()) {
            continue;
        }
        const auto seen = info.instance_states.find(other.name());
        if (seen == info.instance_states.end()) {
            return concat("does not know ", other.name());
        }
        const auto& theirs = masters[place];
        const bool is_running = seen->second == name_of(InstanceState::Running);
        if ((is_running && theirs == info.master_identifier) || one_isolates(instance, place)) {
            continue;
        }
        if (!is_running) {
            return concat("sees ", other.name(), " ", seen->second);
        }
        if (theirs != info.master_identifier) {
            return concat("has the Master '", info.master_identifier, "', ", other.name(), " has '",
                          theirs, "'");
        }
    }
    return {};
}

Invariants::Truth Invariants::truth() const {
    Truth truth;
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto& one = fleet_->at(place).supervisord();
        for (const auto& process : one.processes()) {
            if (one.is_up() && is_running_like(one.state_of(process))) {
                truth[process].push_back(place);
            }
        }
    }
    return truth;
}

std::vector<std::string> Invariants::copies_seen_by(std::size_t instance, const ProcessName& name,
                                                    const Truth& truth) const {
    std::vector<std::string> copies;
    const auto places = truth.find(name);
    if (places == truth.end()) {
        return copies;
    }
    for (const auto place : places->second) {
        if (!one_isolates(instance, place)) {
            copies.push_back(fleet_->at(place).name());
        }
    }
    return copies;
}

// Whether the agent knows what runs where, of the instances that it does not isolate.
std::string Invariants::wrong_view_of(std::size_t instance, const Truth& truth) const {
    const auto& one = fleet_->at(instance);
    if (!one.has_agent() || one.has_closed()) {
        return {};
    }
    const auto processes = one.queries().all_processes();
    const auto* infos = std::get_if<std::vector<ProcessInfo>>(&processes);
    if (infos == nullptr) {
        return {};
    }
    for (const auto& info : *infos) {
        const ProcessName name{info.application_name, info.process_name};
        // One that comes and goes for ever is not judged: views are a little late.
        const auto moved = moved_.find(name);
        if (moved != moved_.end() && fleet_->schedule().now() - moved->second < kKnown) {
            continue;
        }
        const auto copies = copies_seen_by(instance, name, truth);
        const bool is_down = copies.empty() && !is_running_like(info.state);
        // The discovered are in another order on each instance.
        if (!is_down && !std::is_permutation(copies.begin(), copies.end(), info.identifiers.begin(),
                                             info.identifiers.end())) {
            return concat("believes ", full_name(name), " on ", python_list(info.identifiers),
                          " and it runs on ", python_list(copies));
        }
    }
    return {};
}

}  // namespace sup::sim
