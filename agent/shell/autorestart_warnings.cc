#include "agent/shell/autorestart_warnings.h"

#include <set>

#include "common/base/text.h"
#include "rules/resolve.h"

namespace sup::shell {

std::vector<std::string> autorestart_warnings(std::span<const ProcessConfig> processes,
                                              const rules::RuleSet& rules) {
    std::vector<std::string> warnings;
    std::set<std::string> named;
    for (const auto& process : processes) {
        std::vector<std::string> remarks;
        const auto strategy =
            rules::resolve_process(rules, process.process.group, process.process.name, remarks)
                .running_failure;
        const bool concerns_application = strategy == RunningFailureStrategy::StopApplication ||
                                          strategy == RunningFailureStrategy::RestartApplication;
        if (!concerns_application || process.is_infrastructure() ||
            process.autorestart == ProcessConfig::Autorestart::Never ||
            !named.insert(process.section).second) {
            continue;
        }
        warnings.push_back(concat(process.command_place, ": [", process.section,
                                  "] has the running_failure_strategy ", name_of(strategy),
                                  " in the rules, and supervisord starts it again before: ",
                                  "autorestart=false was expected"));
    }
    return warnings;
}

}  // namespace sup::shell
