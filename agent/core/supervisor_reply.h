#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/time.h"
#include "common/model/names.h"
#include "common/model/process_record.h"
#include "common/model/requests.h"
#include "common/model/states.h"
#include "common/model/supervisor_session.h"

namespace sup::core {

// What a call to supervisord answered. Exactly one reply per call; a time-out is a reply.
using CallId = std::uint64_t;

struct SupervisorProcess {  // one element of getAllProcessInfo
    ProcessName process;
    ProcessState state = ProcessState::Unknown;
    WallTime start;
    WallTime stop;
    WallTime now;
    std::string spawn_error;
    std::int32_t exit_status = 0;
    std::int32_t pid = 0;
};
struct SupervisorProgram {  // one element of getAllConfigInfo, as far as it matters
    ProcessName process;
    bool autostart = true;
    Duration startsecs = {1000};
    Duration stopwaitsecs = {10000};
    bool has_stdout = true;
    bool has_stderr = true;
};
struct AllProcesses {
    SupervisorSession session;  // of the daemon that answered
    std::vector<SupervisorProcess> processes;
    std::vector<SupervisorProgram> programs;
};
struct SomeProcesses {  // unknown ones are left out
    std::vector<SupervisorProcess> processes;
};
// One verdict per process of the call, in its order; no fault: success.
struct Verdicts {
    std::vector<std::optional<Fault>> verdicts;
};
// What differs now between supervisord's configuration files and what it runs.
struct ConfigurationReloaded {
    std::vector<std::string> changed;  // groups, new and former ones left out
};
// The daemon could not be asked, or its answer could not be read.
// Closing: it answers, and only that it is about to end.
enum class CallFailureKind { Unreachable, TimedOut, Refused, Closing, Unreadable };
struct CallFailed {
    CallFailureKind kind = CallFailureKind::Unreachable;
    std::string reason;
};
struct SupervisorReply {
    CallId call = 0;
    std::variant<AllProcesses, SomeProcesses, Verdicts, ConfigurationReloaded, CallFailed> result;
};

}  // namespace sup::core
