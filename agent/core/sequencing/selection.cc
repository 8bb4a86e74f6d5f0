#include "agent/core/sequencing/selection.h"

#include <algorithm>

namespace sup::core {
namespace {

bool is_fresh(const Process& process) {
    return std::all_of(process.copies.begin(), process.copies.end(), [](const ProcessCopy& copy) {
        return copy.record.state == ProcessState::Stopped && copy.record.stop_wall.ms == 0;
    });
}

}  // namespace

bool needs_start(const Process& process, ProcessIntent intent) {
    if (process.removed || process.rules.start_sequence == 0 || !process.is_stopped() ||
        intent == ProcessIntent::StoppedByUser || intent == ProcessIntent::Done) {
        return false;
    }
    switch (process.state) {
        case ProcessState::Exited:
            return !process.expected_exit;
        case ProcessState::Stopped:
            // Stopped by somebody, or never started: only the latter is ours to start.
            return intent == ProcessIntent::Wanted || is_fresh(process);
        case ProcessState::Fatal:
        case ProcessState::Unknown:
            return true;
        case ProcessState::Deleted:
        case ProcessState::Starting:
        case ProcessState::Running:
        case ProcessState::Backoff:
        case ProcessState::Stopping:
            return false;
    }
    return false;
}

std::map<int, std::vector<ApplicationId>> select_applications(const Inventory& inventory,
                                                              const IntentTable& intents) {
    std::map<int, std::vector<ApplicationId>> ranks;
    for (std::uint32_t i = 0; i < inventory.applications().size(); ++i) {
        const auto& application = inventory.applications()[i];
        if (application.removed || application.rules.start_sequence == 0) {
            continue;
        }
        const auto& processes = application.processes;
        const bool in_need = std::any_of(processes.begin(), processes.end(), [&](ProcessId id) {
            return needs_start(inventory.at(id), intents.of(inventory.at(id).name));
        });
        if (in_need) {
            ranks[application.rules.start_sequence].push_back({i});
        }
    }
    return ranks;
}

}  // namespace sup::core
