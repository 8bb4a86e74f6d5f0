#include "agent/shell/boot_memory.h"

#include <algorithm>
#include <limits>

#include "agent/shell/durable_file.h"
#include "common/base/text.h"
#include "common/config/file_access.h"

namespace sup::shell {
namespace {

constexpr const char* kName = "boot";

}  // namespace

Boot next_boot(const std::string& state_dir, BootId drawn) {
    const auto path = concat(state_dir, '/', kName);
    Boot boot{drawn, std::nullopt};
    const auto& files = config::system_files();
    if (files.kind(path) != config::FileAccess::Kind::Missing) {
        const auto text = files.read(path);
        const auto last = text ? parse_integer(trim(*text)) : std::nullopt;
        if (last && *last > 0 && *last < std::numeric_limits<std::int64_t>::max()) {
            boot.id = std::max(drawn, static_cast<BootId>(*last) + 1);
        } else {
            boot.problem = concat(path, ": is not the id of a run; it is ignored");
        }
    }
    const auto kept = keep_file(path, concat(boot.id, '\n'));
    if (!kept && !boot.problem) {
        boot.problem = concat(kept.error().message,
                              "; should the clock be set back, peers will not hear the next run");
    }
    return boot;
}

}  // namespace sup::shell
