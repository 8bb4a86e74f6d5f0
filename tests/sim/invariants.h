#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/model.h"
#include "tests/sim/fleet.h"

namespace sup::sim {

// What must hold in every story, whatever happens in it. Each breach is a sentence.
//
// - The machine of an agent moves along its table.
// - Each request is answered once; at the end of a story, all are.
// - An order of a term older than one that the agent obeyed is not carried out.
// - No start of ours brings a node above a load of 100.
// - No process is started by us while a copy of it runs where it is known to run.
// - No core asks to be woken at once, again and again.
// - Two agents that have been connected for a while are not both in charge.
// - All that a core has under way has a deadline, and the core asks to be woken by then.
//
// A world at rest has one Master that all follow, equal views, no request without answer, and no
// process of a managed application twice, unless its users are to solve that.
class Invariants : public Observer {
public:
    explicit Invariants(Fleet& fleet) : fleet_(&fleet) {}
    void set_rules(rules::RuleSet rules) { rules_ = std::move(rules); }
    void on_request(std::size_t instance, core::RequestId id) { pending_[id] = instance; }
    // Its client is gone: no answer may come any more. Returns whether one was awaited.
    bool give_up(core::RequestId id) { return pending_.erase(id) != 0; }

    void on_command(std::size_t instance, const core::Command& command) override;
    void on_delivery(std::size_t from, std::size_t to, const Message& message) override;
    void on_moved(std::size_t instance, const ProcessName& process, ProcessState state) override;
    void on_refused(std::size_t instance, const ProcessName& process) override {
        asked_.erase({instance, process});
    }
    void on_agent_started(std::size_t instance) override;
    void on_late_deadline(std::size_t instance, Duration late) override;
    void on_step_end(std::size_t instance) override;
    // What a core says that it has under way, and when it asks to be woken.
    void judge_plans(std::size_t instance, const std::vector<core::Undertaking>& plans,
                     Instant next_deadline);

    // What holds only now and then: to be called after each directive.
    void check_now();
    // What is missing for the world to be at rest; empty: it is. At most so many reasons.
    std::vector<std::string> unrest(std::size_t most = SIZE_MAX) const;
    std::vector<std::string> take_breaches() { return std::exchange(breaches_, {}); }

private:
    // Where each process runs.
    using Truth = std::map<ProcessName, std::vector<std::size_t>>;
    void breach(std::size_t instance, const std::string& what);
    void on_fsm(std::size_t instance, FsmState state);
    void on_instance(std::size_t instance, const InstanceInfo& info);
    void on_answer(std::size_t instance, core::RequestId id);
    void on_spoken(std::size_t instance, const Message& message);
    void on_start(std::size_t instance, const std::string& namespec);
    void check_load(std::size_t instance, const ProcessName& process);
    void check_copies(std::size_t instance, const ProcessName& process);
    bool shows(std::size_t place, const ProcessName& process) const;
    bool counts(std::size_t place, std::size_t instance, const ProcessName& process) const;
    bool is_known_on(std::size_t place, std::size_t instance, const ProcessName& process) const;
    int load_of(const ProcessName& process) const;
    bool in_charge(std::size_t instance) const;
    bool one_isolates(std::size_t one, std::size_t other) const;
    // `masters`: whom each instance has declared.
    std::string unrest_of(std::size_t instance, const std::vector<std::string>& masters) const;
    std::string conflict_of(const ProcessName& process,
                            const std::vector<std::size_t>& places) const;
    std::string wrong_view_of(std::size_t instance, const Truth& truth) const;
    std::vector<std::string> copies_seen_by(std::size_t instance, const ProcessName& name,
                                            const Truth& truth) const;
    Truth truth() const;
    std::string master_of(std::size_t instance) const;
    bool masters_part_with(std::size_t place, std::size_t instance) const;
    FsmState fsm_of(std::size_t instance) const {
        const auto found = fsm_.find(instance);
        return found == fsm_.end() ? FsmState::Off : found->second;
    }

    Fleet* fleet_;
    rules::RuleSet rules_;
    std::map<std::size_t, FsmState> fsm_;
    std::set<std::pair<std::size_t, std::size_t>> isolated_;  // who, whom: as published
    std::map<core::RequestId, std::size_t> pending_;
    std::set<core::RequestId> answered_;
    std::map<std::size_t, Term> obeyed_;  // highest term accepted
    std::map<std::size_t, std::pair<Instant, std::set<std::string>>> stale_;
    std::map<std::pair<std::size_t, std::string>, Instant> ordered_;  // starts not yet asked for
    std::map<std::pair<std::size_t, ProcessName>, Instant> asked_;  // starts not yet seen to happen
    std::map<std::pair<std::size_t, ProcessName>, Instant> up_since_;
    std::map<std::pair<std::size_t, ProcessName>, Instant> alone_;  // last start that is not ours
    std::map<ProcessName, Instant> moved_;
    std::map<std::size_t, Instant> agent_since_;
    std::map<std::size_t, std::pair<Instant, int>> sleepless_;  // wake-ups asked for in a second
    std::vector<std::string> breaches_;
};

}  // namespace sup::sim
