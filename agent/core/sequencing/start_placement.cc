#include <algorithm>

#include "agent/core/placement/assignment.h"
#include "agent/core/sequencing/starter.h"
#include "common/base/text.h"

// The part of Starter that finds instances for its commands (section 10.2 of the reference).
namespace sup::core {

// Of all that has no target yet.
int Starter::planned_load(const Job& job) const {
    int load = 0;
    const auto add = [&](const Command& command) {
        load += inventory_->at(command.process).rules.expected_loading;
    };
    std::for_each(job.issuing.begin(), job.issuing.end(), add);
    for (const auto& [rank, commands] : job.planned) {
        std::for_each(commands.begin(), commands.end(), add);
    }
    return load;
}

// Extra arguments cannot be given where the program does not run through supvisors-exec.
void Starter::refuse_without_arguments(const Command& command,
                                       std::vector<Candidate>& candidates) const {
    if (command.extra_args.empty()) {
        return;
    }
    for (auto& candidate : candidates) {
        const auto* copy = inventory_->at(command.process).copy_on(candidate.instance);
        const bool refuses = copy != nullptr && !copy->record.arguments_fix.empty();
        if (candidate.refusal.empty() && refuses) {
            candidate.refusal = concat("takes no extra arguments: ", copy->record.arguments_fix);
        }
    }
}

bool Starter::has_place(ProcessId id, StartManner manner, const std::string& extra_args) {
    const auto application = inventory_->at(id).application;
    std::vector<std::string> remarks;
    assign_processes(*inventory_, *table_, application, remarks);
    const auto known = jobs_.find(application);
    auto job = known == jobs_.end() ? Job{} : known->second;  // a copy: nothing is decided
    Command command;
    command.process = id;
    command.manner = manner;
    command.extra_args = extra_args;
    return std::holds_alternative<Chosen>(choose(job, command));
}

Placement Starter::choose(Job& job, const Command& command) const {
    const auto& process = inventory_->at(command.process);
    switch (inventory_->at(process.application).rules.distribution) {
        case DistributionRule::SingleInstance:
            return choose_single(job, command);
        case DistributionRule::SingleNode:
            return choose_on_node(job, command);
        case DistributionRule::AllInstances:
            break;
    }
    const CandidateFinder finder(*table_, *inventory_, reservations());
    const PlacementNeed need{process.rules.expected_loading, command.manner.strategy,
                             command.manner.local};
    auto candidates = finder.for_process(command.process);
    refuse_without_arguments(command, candidates);
    return place(need, candidates);
}

Placement Starter::choose_single(Job& job, const Command& command) const {
    const auto& process = inventory_->at(command.process);
    const CandidateFinder finder(*table_, *inventory_, reservations());
    if (job.instance && table_->is_running(*job.instance)) {
        return choose_there(*job.instance, command, finder);
    }
    job.instance.reset();
    auto candidates = finder.for_application(process.application);
    refuse_without_arguments(command, candidates);
    // Where a part of the application runs already, the rest goes (D-22).
    for (const auto sibling : inventory_->at(process.application).processes) {
        const auto& running_on = inventory_->at(sibling).running_on;
        if (!running_on.empty() && table_->is_running(running_on.front())) {
            std::erase_if(candidates, [&](const Candidate& candidate) {
                return candidate.instance != running_on.front();
            });
            break;
        }
    }
    const int load = planned_load(job) + process.rules.expected_loading;
    auto placement = place({load, command.manner.strategy, command.manner.local}, candidates);
    if (const auto* chosen = std::get_if<Chosen>(&placement)) {
        job.instance = chosen->instance;
    }
    return placement;
}

// The sum that the instance was chosen for does not hold what was added to the job since.
Placement Starter::choose_there(InstanceId instance, const Command& command,
                                const CandidateFinder& finder) const {
    auto candidates = finder.for_process(command.process);
    std::erase_if(candidates,
                  [&](const Candidate& candidate) { return candidate.instance != instance; });
    refuse_without_arguments(command, candidates);
    const auto load = inventory_->at(command.process).rules.expected_loading;
    auto placement = place({load, command.manner.strategy, command.manner.local}, candidates);
    if (auto* chosen = std::get_if<Chosen>(&placement)) {
        chosen->why = "where its application is";
    }
    return placement;
}

Placement Starter::choose_on_node(Job& job, const Command& command) const {
    const auto& process = inventory_->at(command.process);
    const CandidateFinder finder(*table_, *inventory_, reservations());
    if (!job.node) {
        const int load = planned_load(job) + process.rules.expected_loading;
        const auto placement = place({load, command.manner.strategy, command.manner.local},
                                     finder.for_node(process.application));
        const auto* chosen = std::get_if<Chosen>(&placement);
        if (chosen == nullptr) {
            return placement;
        }
        job.node = table_->at(chosen->instance).identity.node;
    }
    auto candidates = finder.on_node(command.process, *job.node);
    refuse_without_arguments(command, candidates);
    return place({process.rules.expected_loading, command.manner.strategy, command.manner.local},
                 candidates);
}

// What was ordered comes up, however late, also once nobody waits for it any more (D-20).
Reservations Starter::reservations() const {
    Reservations reservations;
    for (const auto id : inventory_->ordered()) {
        const auto& process = inventory_->at(id);
        for (const auto& copy : process.copies) {
            if (copy.record.start_ordered && !is_running_like(copy.record.state)) {
                reservations[copy.instance] += process.rules.expected_loading;
            }
        }
    }
    for (const auto& [id, job] : jobs_) {
        for (const auto& command : job.current) {
            const auto& process = inventory_->at(command.process);
            const auto* copy = process.copy_on(command.target);
            const bool is_counted = copy != nullptr && (copy->record.start_ordered ||
                                                        is_running_like(copy->record.state));
            if (!is_counted) {
                reservations[command.target] += process.rules.expected_loading;
            }
        }
        if (job.instance) {
            reservations[*job.instance] += planned_load(job);
        }
    }
    return reservations;
}

}  // namespace sup::core
