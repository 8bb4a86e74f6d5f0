#pragma once

#include <cstdint>

namespace sup {

// One run of one supervisord: the same before and after a restart of its agent.
struct SupervisorSession {
    std::int32_t pid = 0;           // 0: none known
    std::uint64_t start_ticks = 0;  // start time in clock ticks since the host's boot
    std::uint32_t restarts = 0;     // `reload` keeps the pid: counted by the agent that saw them
    bool operator==(const SupervisorSession&) const = default;
};

}  // namespace sup
