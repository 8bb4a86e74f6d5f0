#include "agent/shell/proc_stat.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "agent/shell/unique_fd.h"
#include "common/base/text.h"

namespace sup::shell {

std::string read_proc_file(std::int32_t pid, const char* name) {
    const UniqueFd file(open(concat("/proc/", pid, "/", name).c_str(), O_RDONLY | O_CLOEXEC));
    std::string bytes;
    std::array<char, 4096> chunk{};
    while (file.get() >= 0) {
        const auto got = read(file.get(), chunk.data(), chunk.size());
        if (got <= 0) {
            break;
        }
        bytes.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return bytes;
}

ProcStat read_proc_stat(std::int32_t pid) {
    const auto stat = read_proc_file(pid, "stat");
    // Field 2 is the program's name in parentheses and may hold anything, even parentheses.
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) {
        return {};
    }
    const auto fields = split(std::string_view(stat).substr(name_end + 1), ' ');
    const auto number = [&](std::size_t field) {
        const auto index = field - 2;  // the piece before field 3 is empty
        return index < fields.size() ? parse_integer(fields[index]).value_or(0) : 0;
    };
    constexpr std::size_t kProcessGroup = 5;
    constexpr std::size_t kStartTime = 22;
    return {static_cast<std::int32_t>(number(kProcessGroup)),
            static_cast<std::uint64_t>(number(kStartTime))};
}

}  // namespace sup::shell
