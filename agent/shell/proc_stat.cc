#include "agent/shell/proc_stat.h"

#include <string_view>
#include <utility>

#include "common/base/text.h"
#include "common/config/file_access.h"

namespace sup::shell {

std::string read_proc_file(std::int32_t pid, const char* name) {
    auto bytes = config::system_files().read(concat("/proc/", pid, "/", name));
    return bytes ? std::move(*bytes) : std::string();
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
