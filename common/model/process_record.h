#pragma once

#include <cstdint>
#include <string>

#include "common/base/time.h"
#include "common/model/names.h"
#include "common/model/states.h"

namespace sup {

// What a configuration says of one process on one instance: from the configuration files, which
// alone know program, index and autorestart, corrected by supervisord's own getAllConfigInfo.
struct ProcessConfig {
    enum class Autorestart { Never, Unexpected, Always };
    // Our own relay and agent are left out of supvisors.* results.
    enum class Role { Application, Relay, Agent };

    ProcessName process;
    std::string program;     // name of the [program:x] section
    std::string section;     // that section whole: `program:x`, `fcgi-program:x`…
    bool numbered = false;   // its process_name holds %(process_num)
    std::int32_t index = 0;  // rank in the homogeneous group, from 0
    Duration startsecs = {1000};
    Duration stopwaitsecs = {10000};
    Autorestart autorestart = Autorestart::Unexpected;
    bool autostart = true;
    bool has_stdout = true;  // a log file is configured for the stream
    bool has_stderr = true;
    Role role = Role::Application;
    std::string command;        // as it is written, nothing expanded
    std::string command_place;  // `file:line`
    // Where supvisors-exec, through which the command runs, looks for extra arguments; empty: the
    // command does not run through it.
    std::string arguments_dir;
    bool is_infrastructure() const { return role != Role::Application; }
    bool operator==(const ProcessConfig&) const = default;
};

// What one instance says of one of its processes (B-90..B-95). Published whole at each change, so
// that a receiver never merges. Monotonic dates are in the clock of the owner.
struct ProcessRecord {
    ProcessName process;
    ProcessState state = ProcessState::Unknown;
    bool expected = true;     // of EXITED: the exit code was one of exitcodes; true otherwise
    std::string spawn_error;  // also the reason of a loss or of a forced state
    std::int32_t pid = 0;
    WallTime start_wall;  // 0: never
    WallTime stop_wall;
    Instant start_instant;
    Instant stop_instant;
    Instant event_instant;  // when the owner learned of the present state
    WallTime event_wall;
    // With which its supervisord started it last, or would start it now.
    std::string extra_args;
    // What its configuration needs before it can be given some, `file:line: …`; empty: nothing.
    std::string arguments_fix;
    bool disabled = false;
    // Its supervisord was told to start it, and has not said STARTING yet: who decides next must
    // know that it is on its way.
    bool start_ordered = false;
    // A Master had it stopped, since it was started last: nobody stopped it behind our back. Told
    // with what comes of it.
    bool stop_ordered = false;
    std::string program;
    std::int32_t index = 0;
    Duration startsecs = {1000};
    Duration stopwaitsecs = {10000};
    bool autorestarts = false;  // supervisord restarts it by itself (always or unexpected)
    bool has_stdout = true;
    bool has_stderr = true;
    bool operator==(const ProcessRecord&) const = default;

    // FATAL, or an exit that was not expected (section 0 of the reference).
    bool is_crash() const {
        return state == ProcessState::Fatal || (state == ProcessState::Exited && !expected);
    }
};

}  // namespace sup
