#include "agent/shell/proc_stat.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "common/base/text.h"

namespace sup::shell {

std::uint64_t read_start_ticks(std::int32_t pid) {
    const int file = open(concat("/proc/", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    std::array<char, 2048> bytes{};
    const auto got = read(file, bytes.data(), bytes.size());
    close(file);
    const std::string_view stat(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    // Field 2 is the program's name in parentheses and may hold anything, even parentheses.
    const auto name_end = stat.rfind(')');
    if (name_end == std::string_view::npos) {
        return 0;
    }
    const auto fields = split(stat.substr(name_end + 1), ' ');
    constexpr std::size_t kStartTime = 20;  // field 22: the piece before field 3 is empty
    const auto ticks =
        fields.size() > kStartTime ? parse_integer(fields[kStartTime]) : std::nullopt;
    return ticks && *ticks > 0 ? static_cast<std::uint64_t>(*ticks) : 0;
}

}  // namespace sup::shell
