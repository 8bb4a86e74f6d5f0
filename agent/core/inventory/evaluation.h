#pragma once

#include <span>

#include "agent/core/inventory/application.h"
#include "agent/core/inventory/process.h"

namespace sup::core {

// What the states of its processes make of an application.
struct ApplicationVerdict {
    ApplicationState state = ApplicationState::Stopped;
    bool major_failure = false;
    bool minor_failure = false;
};

// State and failures of an application from the displayed states of all its processes (B-110,
// B-112, B-113, R-95, R-98). `processes` is the whole table that the application's ids index.
ApplicationVerdict evaluate_application(const Application& application,
                                        std::span<const Process> processes);

}  // namespace sup::core
