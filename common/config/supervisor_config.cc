#include "common/config/supervisor_config.h"

#include <set>

#include "common/base/text.h"
#include "common/config/document.h"
#include "common/config/file_access.h"
#include "common/config/options_reader.h"
#include "common/config/processes.h"
#include "common/config/servers.h"
#include "common/model/extra_arguments.h"

namespace sup::config {
namespace {

// A program whose supvisors-exec looks elsewhere takes no extra arguments: told before it is tried.
void warn_of_other_state_dirs(const Configuration& configuration, Problems& problems) {
    std::set<std::string> said;
    for (const auto& process : configuration.processes) {
        const bool is_other = !process.arguments_dir.empty() &&
                              process.arguments_dir != configuration.options.state_dir;
        if (is_other && said.insert(process.command_place).second) {
            problems.warnings.push_back(
                concat(process.command_place, ": [program:", process.program,
                       "] command: ", kExecProgram, " looks in ", process.arguments_dir,
                       "; expected -d ", configuration.options.state_dir));
        }
    }
}

}  // namespace

ConfigurationOutcome read_configuration(const std::string& path, const HostFacts& host) {
    return read_configuration(path, host, system_files());
}

ConfigurationOutcome read_configuration(const std::string& path, const HostFacts& host,
                                        const FileAccess& files) {
    Problems problems;
    auto document = read_document(path, host, files, problems);
    if (!document) {
        return ConfigurationFailure{problems.errors, problems.warnings};
    }
    Configuration configuration;
    configuration.path = document->path;
    configuration.identifier = read_daemon_section(*document, problems);
    configuration.processes = read_processes(*document, problems);
    const auto inet = read_servers(*document, problems);
    configuration.inet = inet.value_or(InetServer{});
    configuration.options =
        read_options(*document, {configuration.identifier, inet}, host, problems);
    warn_of_other_state_dirs(configuration, problems);
    if (!problems.errors.empty()) {
        auto& errors = problems.errors;
        errors.insert(errors.end(), problems.dropped.begin(), problems.dropped.end());
        return ConfigurationFailure{std::move(errors), problems.warnings};
    }
    configuration.dropped = problems.dropped;
    configuration.warnings = problems.warnings;
    return configuration;
}

}  // namespace sup::config
