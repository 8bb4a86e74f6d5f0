#include "agent/core/inventory/evaluation.h"

#include <vector>

#include "rules/formula.h"

namespace sup::core {
namespace {

bool is_failure(const Process& process) {
    return process.shows_crash() || process.displayed_state() == ProcessState::Unknown;
}

ApplicationState state_of(const Application& application, std::span<const Process> processes) {
    bool starting = false;
    bool running = false;
    for (const auto id : application.processes) {
        switch (processes[id.value].displayed_state()) {
            case ProcessState::Stopping:
                return ApplicationState::Stopping;
            case ProcessState::Starting:
            case ProcessState::Backoff:
                starting = true;
                break;
            case ProcessState::Running:
                running = true;
                break;
            case ProcessState::Deleted:
            case ProcessState::Stopped:
            case ProcessState::Exited:
            case ProcessState::Fatal:
            case ProcessState::Unknown:
                break;
        }
    }
    if (starting) {
        return ApplicationState::Starting;
    }
    return running ? ApplicationState::Running : ApplicationState::Stopped;
}

bool formula_holds(const Application& application, std::span<const Process> processes) {
    std::vector<rules::FormulaProcess> facts;
    for (const auto id : application.processes) {
        const auto& process = processes[id.value];
        facts.push_back(
            {process.name.name, process.displayed_state(), process.displayed_expected()});
    }
    const auto value = application.rules.status_formula->evaluate(facts);
    return value.has_value() && *value;
}

bool is_major(const Process& process, ApplicationState application) {
    if (!process.rules.required) {
        return false;
    }
    const bool missing = process.displayed_state() == ProcessState::Stopped &&
                         application != ApplicationState::Stopped;
    return missing || is_failure(process);
}

}  // namespace

ApplicationVerdict evaluate_application(const Application& application,
                                        std::span<const Process> processes) {
    ApplicationVerdict verdict{state_of(application, processes), false, false};
    if (!application.rules.managed) {
        return verdict;
    }
    const bool by_formula = application.rules.status_formula != nullptr;
    if (by_formula) {
        verdict.major_failure = !formula_holds(application, processes);
    }
    bool any_failure = false;
    for (const auto id : application.processes) {
        const auto& process = processes[id.value];
        any_failure = any_failure || is_failure(process);
        if (!by_formula && is_major(process, verdict.state)) {
            verdict.major_failure = true;
        }
    }
    verdict.minor_failure = any_failure && !verdict.major_failure;
    return verdict;
}

}  // namespace sup::core
