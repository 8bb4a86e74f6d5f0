#pragma once

#include <cstdint>
#include <string>

namespace sup::shell {

// What /proc tells of a process; nothing, or zeros, of one that is gone or not ours to see.
struct ProcStat {
    std::int32_t process_group = 0;
    std::uint64_t start_ticks = 0;  // clock ticks since the host's boot
};
ProcStat read_proc_stat(std::int32_t pid);

// All bytes of /proc/<pid>/<name>.
std::string read_proc_file(std::int32_t pid, const char* name);

}  // namespace sup::shell
