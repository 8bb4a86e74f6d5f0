#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/model.h"
#include "tests/sim/fleet.h"

namespace sup::sim {

// What users are promised, as far as a calm world lets it be judged. Each breach is a sentence.
//
// - The processes of an application are started rank by rank, and applications likewise in the
//   automatic start; a stop goes the other way.
// - What a user stopped is not started by us before a user wants it.
// - After a step, the view shows what was published last of each thing in that step.
// - What is due is started with the extra arguments that are wanted.
// - At rest, nothing that is due was forgotten, and what is wanted runs, or somebody said why not.
//
// An intent is known from what the Master publishes.
class Promises : public Observer {
public:
    explicit Promises(Fleet& fleet) : fleet_(&fleet), published_(fleet.size()) {}
    void set_rules(rules::RuleSet rules) { rules_ = std::move(rules); }
    void on_request(core::RequestId id, const Request& request);
    // Somebody else started or stopped something, or the roads were bad: nobody can know all.
    void forget_stops() { stopped_.clear(); }
    // By somebody who knows why.
    void on_stopped_by_hand(const ProcessName& process) {
        explained_[process] = fleet_->schedule().now();
    }

    void on_command(std::size_t instance, const core::Command& command) override;
    void on_delivery(std::size_t from, std::size_t to, const Message& message) override;
    void on_moved(std::size_t instance, const ProcessName& process, ProcessState state) override;
    void on_refused(std::size_t, const ProcessName&) override {}
    void on_agent_started(std::size_t instance) override;
    void on_late_deadline(std::size_t, Duration) override {}
    void on_step_end(std::size_t instance) override;

    // What is still due although the world is at rest.
    std::vector<std::string> forgotten() const;
    // What is wanted, is down, and has been so without a reason in the notes of any agent.
    std::vector<std::string> unexplained() const;
    std::vector<std::string> take_breaches() { return std::exchange(breaches_, {}); }

private:
    struct Wish {
        ProcessIntent intent = ProcessIntent::None;
        Term term = 0;
        std::string master;  // whose wish it is: two that do not hear each other may have one term
        Instant since;
        Instant asked_since;     // due, then wanted: the same wish
        std::uint64_t step = 0;  // in which it was wished: what comes later was not known yet
        std::string extra_args;
        std::string former_args;
        std::optional<Instant> args_changed;  // while it was due
    };
    struct Stop {  // of an application, asked for by a user, nothing else under way
        core::RequestId request = 0;
        std::set<ProcessName> running;
    };

    void breach(std::size_t instance, const std::string& what);
    rules::ProcessRules rules_of(const ProcessName& process) const;
    bool is_calm() const;
    void on_intent(const Message& message);
    bool is_remembered(const Wish& wish) const;
    void hold(std::size_t instance, const Message& message);
    bool is_held(const ProcessName& process) const;
    bool is_overruled(const ProcessName& process, const Wish& wish) const;
    void wish(const Intent& intent, const Message& from, Instant asked);
    void on_start(std::size_t instance, const ProcessName& process);
    void on_stop(std::size_t instance, const ProcessName& process);
    void on_note(const core::Note& note);
    const std::set<ProcessName>& everything();
    bool is_in_sequence(const ProcessName& process) const;
    bool is_explained(const ProcessName& process, const Wish& wish) const;
    void on_answer(const core::AnswerOperator& answer);
    void check_shown(std::size_t instance, const ProcessInfo& info);
    void check_shown(std::size_t instance, const InstanceInfo& info);
    bool is_alone(std::size_t instance) const;
    std::size_t running(std::size_t instance) const;
    bool lacks_quorum() const;
    bool is_restarted(const ProcessName& process, const Wish& wish) const;
    bool is_before(const ProcessName& one, const ProcessName& other) const;
    bool runs(const ProcessName& process) const;
    bool is_seen_to_run(const ProcessName& process) const;
    std::vector<ProcessName> members(const std::string& application) const;

    Fleet* fleet_;
    rules::RuleSet rules_;
    std::map<ProcessName, Wish> wishes_;
    std::map<std::pair<std::string, ProcessName>, ProcessIntent> words_;  // the last of each Master
    std::map<ProcessName, std::set<std::size_t>> holders_;  // who has told or heard of the wish
    std::uint64_t steps_ = 0;
    std::map<core::RequestId, std::vector<ProcessName>> stops_;  // what a user wants stopped
    std::set<ProcessName> stopped_;                              // by a user, and it was done
    std::map<std::string, Stop> stop_jobs_;                      // by application
    std::map<ProcessName, Instant> ended_;                       // by itself
    std::set<ProcessName> everything_;                           // that any configuration has
    std::map<ProcessName, Instant> came_up_;
    std::map<ProcessName, Instant> told_to_start_;  // by an agent
    std::map<ProcessName, Instant> told_to_stop_;
    std::map<ProcessName, Instant> was_stopped_;  // when that was told
    std::map<ProcessName, Instant> explained_;    // why it is down
    bool nothing_failed_ = true;                  // since the beginning
    bool nothing_asked_ = true;
    bool is_fenced_ = false;  // some do not hear any more what users want
    std::map<std::size_t, Instant> agent_since_;
    std::vector<std::vector<core::PublishEvent>> published_;  // by instance, in this step
    std::vector<std::string> breaches_;
};

}  // namespace sup::sim
