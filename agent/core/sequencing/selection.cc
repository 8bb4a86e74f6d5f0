#include "agent/core/sequencing/selection.h"

#include <algorithm>

namespace sup::core {
namespace {

bool is_fresh(const Process& process) {
    return std::all_of(process.copies.begin(), process.copies.end(), [](const ProcessCopy& copy) {
        return copy.record.state == ProcessState::Stopped && copy.record.stop_wall.ms == 0;
    });
}

Need need_of_due(const Process& process) {
    if (process.ordered_on()) {
        return Need::Follow;
    }
    switch (process.state) {
        case ProcessState::Exited:
            return process.rules.wait_exit && process.expected_exit ? Need::Nothing : Need::Start;
        case ProcessState::Stopped:
        case ProcessState::Fatal:
        case ProcessState::Unknown:
            return Need::Start;
        case ProcessState::Starting:
        case ProcessState::Backoff:
            return Need::Follow;
        case ProcessState::Running:
            return process.rules.wait_exit ? Need::Follow : Need::Nothing;
        case ProcessState::Stopping:
        case ProcessState::Deleted:
            return Need::Nothing;
    }
    return Need::Nothing;
}

bool is_in_sequence(const Process& process, const Application& application) {
    return application.rules.start_sequence > 0 && process.rules.start_sequence > 0;
}

// The applications of which some process is meant.
template <typename IsMeant>
std::vector<ApplicationId> applications_with(const Inventory& inventory, IsMeant is_meant) {
    std::vector<ApplicationId> found;
    for (std::uint32_t i = 0; i < inventory.applications().size(); ++i) {
        const auto& application = inventory.applications()[i];
        const auto& processes = application.processes;
        const bool any = std::any_of(processes.begin(), processes.end(),
                                     [&](ProcessId id) { return is_meant(inventory.at(id)); });
        if (any && !application.removed) {
            found.push_back({i});
        }
    }
    return found;
}

bool is_stopped_by_order(const Process& process) {
    return std::any_of(process.copies.begin(), process.copies.end(), [](const ProcessCopy& copy) {
        return copy.record.state == ProcessState::Stopping && copy.record.stop_ordered;
    });
}

}  // namespace

Need need_of(const Process& process, const Application& application, ProcessIntent intent) {
    if (process.removed) {
        return Need::Nothing;
    }
    if (intent == ProcessIntent::Due) {
        return need_of_due(process);
    }
    if (!is_in_sequence(process, application) || intent == ProcessIntent::StoppedByUser ||
        intent == ProcessIntent::Done) {
        return Need::Nothing;
    }
    switch (process.state) {
        case ProcessState::Exited:
            return process.expected_exit ? Need::Nothing : Need::Start;
        case ProcessState::Stopped: {
            // Stopped by somebody, or never started: only the latter is ours to start.
            const bool is_wanted = intent == ProcessIntent::Wanted || is_fresh(process);
            return is_wanted ? Need::Start : Need::Nothing;
        }
        case ProcessState::Fatal:
        case ProcessState::Unknown:
            return Need::Start;
        case ProcessState::Deleted:
        case ProcessState::Starting:
        case ProcessState::Running:
        case ProcessState::Backoff:
        case ProcessState::Stopping:
            return Need::Nothing;
    }
    return Need::Nothing;
}

std::map<int, std::vector<ApplicationId>> select_applications(const Inventory& inventory,
                                                              const IntentTable& intents) {
    std::map<int, std::vector<ApplicationId>> ranks;
    for (const auto id : applications_with(inventory, [&](const Process& process) {
             const auto& application = inventory.at(process.application);
             return need_of(process, application, intents.of(process.name)) != Need::Nothing;
         })) {
        ranks[inventory.at(id).rules.start_sequence].push_back(id);
    }
    return ranks;
}

std::vector<ApplicationId> select_stopping(const Inventory& inventory, const IntentTable& intents) {
    return applications_with(inventory, [&](const Process& process) {
        const auto intent = intents.of(process.name);
        const bool is_to_come_back = intent == ProcessIntent::Due ||
                                     (intent == ProcessIntent::Wanted &&
                                      is_in_sequence(process, inventory.at(process.application)));
        return process.state == ProcessState::Stopping && is_stopped_by_order(process) &&
               is_to_come_back;
    });
}

std::vector<ProcessId> wanted_without_rank(const Inventory& inventory, const IntentTable& intents) {
    std::vector<ProcessId> wanted;
    for (const auto& intent : intents.all()) {
        const auto id = inventory.find(intent.process);
        if (intent.intent != ProcessIntent::Wanted || !id) {
            continue;
        }
        const auto& process = inventory.at(*id);
        const bool is_down = process.is_stopped() && !process.lost && !process.removed;
        if (is_down && !is_in_sequence(process, inventory.at(process.application))) {
            wanted.push_back(*id);
        }
    }
    return wanted;
}

}  // namespace sup::core
