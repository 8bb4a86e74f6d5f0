#include "common/config/supervisor_config.h"

#include "common/config/document.h"
#include "common/config/file_access.h"
#include "common/config/options_reader.h"
#include "common/config/processes.h"
#include "common/config/servers.h"

namespace sup::config {

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
    if (!problems.errors.empty()) {
        return ConfigurationFailure{problems.errors, problems.warnings};
    }
    configuration.warnings = problems.warnings;
    return configuration;
}

}  // namespace sup::config
