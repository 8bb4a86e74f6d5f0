#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/command.h"
#include "common/base/ids.h"
#include "common/model/messages.h"

namespace sup::core {

// What the jobs want done; carried out by the Director after each turn.
struct JobEffects {
    struct ToInstance {
        InstanceId target;
        Order order;
    };
    struct Force {
        ProcessId process;
        ProcessState state = ProcessState::Fatal;
        std::string reason;
        std::optional<InstanceId> target;
    };
    struct Wish {
        ProcessId process;
        ProcessIntent intent = ProcessIntent::None;
        std::string extra_args;
        StartingStrategy strategy = StartingStrategy::Config;
    };
    struct Undo {  // a start that was ordered, and is not needed any more
        ProcessId process;
        InstanceId target;
        std::uint64_t order = 0;
    };
    std::vector<ToInstance> orders;
    std::vector<Undo> undone;
    std::vector<std::uint64_t> finished_orders;  // not to be repeated any more
    std::vector<Force> forced;
    std::vector<Wish> intents;
    std::vector<ApplicationId> stops;  // applications to stop: the starting failure strategy STOP
    std::vector<std::pair<NoteLevel, std::string>> notes;
};

// The margin that an instance has to react to an order, whatever the process: its supervisord may
// be busy with a hundred others.
inline constexpr Duration kRequestMargin = 10_s;

}  // namespace sup::core
