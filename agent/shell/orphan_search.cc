#include "agent/shell/orphan_search.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>
#include <system_error>

#include "agent/shell/proc_stat.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

using Environment = std::map<std::string, std::string, std::less<>>;

Environment environment_of(std::int32_t pid) {
    Environment environment;
    const auto bytes = read_proc_file(pid, "environ");
    for (const auto& entry : split(bytes, '\0')) {
        const auto equals = entry.find('=');
        if (equals != std::string::npos) {
            environment[entry.substr(0, equals)] = entry.substr(equals + 1);
        }
    }
    return environment;
}

std::string value_of(const Environment& environment, std::string_view name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

std::uint64_t ticks_since_boot(Duration ago) {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const std::int64_t ms = std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000 - ago.ms;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, ms) * sysconf(_SC_CLK_TCK) / 1000);
}

std::vector<std::int32_t> all_pids() {
    std::vector<std::int32_t> pids;
    std::error_code error;
    for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
         entry.increment(error)) {
        if (const auto pid = parse_integer(entry->path().filename().string()); pid && *pid > 1) {
            pids.push_back(static_cast<std::int32_t>(*pid));
        }
    }
    return pids;
}

}  // namespace

void OrphanSearch::learn(std::int32_t relay_pid) {
    server_url_ = value_of(environment_of(relay_pid), "SUPERVISOR_SERVER_URL");
}

std::vector<core::FoundOrphan> OrphanSearch::find(Duration ago) const {
    std::vector<core::FoundOrphan> found;
    if (server_url_.empty()) {
        return found;
    }
    const auto latest = ticks_since_boot(ago);
    for (const auto pid : all_pids()) {
        const auto stat = read_proc_stat(pid);
        if (stat.process_group != pid || stat.start_ticks > latest) {
            continue;
        }
        const auto environment = environment_of(pid);
        if (value_of(environment, "SUPERVISOR_SERVER_URL") != server_url_) {
            continue;
        }
        ProcessName process{value_of(environment, "SUPERVISOR_GROUP_NAME"),
                            value_of(environment, "SUPERVISOR_PROCESS_NAME")};
        if (!process.group.empty() && !process.name.empty()) {
            found.push_back({std::move(process), pid});
        }
    }
    return found;
}

}  // namespace sup::shell
