#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/model/supervisor_session.h"

// What an instance remembers of its programs from one run of its agent to the next, and what of it
// its supervisord is to find in its configuration.
namespace sup {

struct ProgramMemory {
    std::map<std::string, bool> disabilities;  // by program; true: disabled (B-200)
    // Programs of which fewer processes are wanted than supervisord has, and in which of its runs:
    // the next run begins with what is configured.
    std::map<std::string, std::int32_t> limits;
    SupervisorSession session;
    std::map<std::string, std::int32_t> numprocs;  // of the overlay, by program
    bool operator==(const ProgramMemory&) const = default;
};

// What the overlay file says of one section of supervisord's configuration.
struct OverlaySection {
    std::string section;  // `program:x`
    bool stays_down = false;
    std::int32_t numprocs = 0;  // 0: as configured
    bool operator==(const OverlaySection&) const = default;
};

}  // namespace sup
