#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/inventory/application.h"
#include "agent/core/inventory/process.h"
#include "agent/core/membership/instance_table.h"
#include "rules/resolve.h"

namespace sup::core {

// What runs where, as observed: the records of all instances, merged into processes and
// applications. It decides nothing. Every change is remembered until take_changes(), so that
// whoever publishes, goes on with a job or saves a digest sees each one once, in order.
class Inventory {
public:
    // One thing that happened to one process.
    struct Change {
        enum class Kind { Loaded, Event, Disability, Lost, Forced, Removed, Cleared };
        Kind kind = Kind::Event;
        ProcessId process;
        InstanceId instance;                          // where it happened; meaningless for Forced
        ProcessState before = ProcessState::Unknown;  // synthetic states
        ProcessState after = ProcessState::Unknown;
        bool last_copy = false;  // of Removed: no instance knows the process any more
        bool by_order = false;   // of Event: a Master had ordered its start
    };

    Inventory(rules::RuleSet rules, std::vector<std::string> instances);
    // A discovered instance: the next InstanceId, nothing runs there yet. What was bound to
    // instances before stays bound.
    void add_instance(std::string identifier) {
        instances_.push_back(std::move(identifier));
        digests_.push_back(0);
    }

    // Initial information: replaces all records of the instance (B-90, D-7).
    // `survivors_only`: the supervisord is another one than the records were about, so what ran
    // there and does not run any more was lost.
    enum class Session { Same, Other };
    void replace_all(InstanceId instance, std::span<const ProcessRecord> records, Session session,
                     Instant now);
    // A state event, or a new process (B-91). Returns its id.
    ProcessId update(InstanceId instance, const ProcessRecord& record, Instant now);
    // The process does not exist on the instance any more (B-106, D-19).
    void remove(InstanceId instance, const ProcessName& name, Instant now);
    // All that ran on the instance is lost (B-105, D-18).
    void lose(InstanceId instance, std::string_view reason, Instant now);
    // A process of a draining instance is down: lost, alone.
    void lose_one(InstanceId instance, const ProcessRecord& record, Instant now);
    // Shown instead of the real state until the next news (B-107); older than the news held:
    // dropped (B-182).
    bool force(const ProcessForced& forced, std::optional<InstanceId> target);
    void settle_lost(ProcessId process) {
        edit(process).lost = false;
        index(process);
    }
    void settle_all_lost() {
        for (const auto process : std::exchange(lost_, {})) {
            edit(process).lost = false;
        }
    }
    // With which it is started from now on, wherever (B-95).
    void set_extra_args(ProcessId process, std::string extra_args) {
        edit(process).extra_args = std::move(extra_args);
    }
    void assign(ProcessId process, std::string identifier) {
        edit(process).assigned = std::move(identifier);
    }
    void replace_rules(rules::RuleSet rules);

    std::vector<Change> take_changes();
    bool has_changes() const { return !changes_.empty(); }
    // What the rules deserve to have said in the log; each remark once.
    std::vector<std::string> take_remarks();

    const Process& at(ProcessId id) const { return processes_[id.value]; }
    const Application& at(ApplicationId id) const { return applications_[id.value]; }
    std::span<const Process> processes() const { return processes_; }
    std::span<const Application> applications() const { return applications_; }
    // Those that were lost and that no Master has dealt with; those that run more than once, or are
    // just being moved.
    const std::set<ProcessId>& lost() const { return lost_; }
    const std::set<ProcessId>& doubled() const { return doubled_; }
    // Those that some instance was told to start.
    const std::set<ProcessId>& ordered() const { return ordered_; }
    // A process of a managed application of which more than one copy is up (B-175, D-17).
    bool is_conflict(ProcessId process) const;
    std::optional<ProcessId> find(const ProcessName& name) const;
    std::optional<ApplicationId> find_application(std::string_view name) const;
    const rules::RuleSet& rules() const { return rules_; }

    // Of all records of the instance: equal for two agents that hold the same ones.
    std::uint64_t digest(InstanceId instance) const;
    // Sum of expected_loading of what runs there (B-120).
    int load(InstanceId instance) const;
    // Whether one of its processes is in a crash state there (B-33).
    bool has_failure(InstanceId instance) const;
    bool never_started(ApplicationId application) const;

private:
    Process& edit(ProcessId id) { return processes_[id.value]; }
    Application& edit(ApplicationId id) { return applications_[id.value]; }
    ProcessId obtain(const ProcessName& name);
    ApplicationId obtain_application(const std::string& name);
    void store(ProcessId id, InstanceId instance, const ProcessRecord& record, Instant now);
    void mark_lost(ProcessId id, InstanceId instance, std::string_view reason, Instant now);
    void forget_order(ProcessId id, InstanceId instance);
    void drop_copy(ProcessId id, InstanceId instance);
    void index(ProcessId id);
    void note(Change::Kind kind, ProcessId id, InstanceId instance, ProcessState before);
    void evaluate(ApplicationId id);
    void resolve(ApplicationId id);
    void resolve(ProcessId id);
    void account(InstanceId instance, const ProcessRecord& record);

    rules::RuleSet rules_;
    std::vector<std::string> instances_;  // identifiers, in list order
    std::vector<Process> processes_;
    std::vector<Application> applications_;
    std::map<ProcessName, ProcessId> by_name_;
    std::map<std::string, ApplicationId, std::less<>> applications_by_name_;
    std::vector<std::uint64_t> digests_;  // by instance: xor of the hashes of its records
    std::set<ProcessId> lost_;
    std::set<ProcessId> doubled_;
    std::set<ProcessId> ordered_;
    std::vector<Change> changes_;
    std::vector<std::string> remarks_;
    std::set<std::string> said_;  // remarks already made
};

}  // namespace sup::core
