#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/model/states.h"
#include "rules/model.h"

namespace sup::core {

// One application: a group merged over all instances (section 8 of the reference).
struct Application {
    std::string name;
    rules::ApplicationRules rules;
    std::vector<ProcessId> processes;  // in order of discovery
    ApplicationState state = ApplicationState::Stopped;
    bool major_failure = false;
    bool minor_failure = false;
    bool removed = false;  // its last process is gone: published as DELETED, then forgotten (B-111)
};

}  // namespace sup::core
