#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/config/file_access.h"
#include "common/config/supervisor_config.h"

// Configurations written in the test, instead of files and of a host.
namespace sup::config {

class MemoryFiles final : public FileAccess {
public:
    explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

    Result<std::string> read(const std::string& path) const override;
    std::vector<Entry> list(const std::string& directory) const override;
    Kind kind(const std::string& path) const override;
    bool exists(const std::string& path) const override;

private:
    std::map<std::string, std::string> files_;
};

// A host named `node1`, at 10.0.0.1, where /etc/hosts gives some other names.
HostFacts sample_host();

// What every supervisord.conf starts with: an inet server on port 60000.
std::string with_servers(const std::string& text);

ConfigurationOutcome read_files(std::map<std::string, std::string> files, const HostFacts& host);
// The outcome for one file /etc/s.conf, that starts with_servers.
ConfigurationOutcome read_text(const std::string& text);

// The configuration; fails the test, with the errors, when there is none.
Configuration accepted(const ConfigurationOutcome& outcome);
// The errors, one a line; empty when there is none.
std::string errors_of(const ConfigurationOutcome& outcome);
std::string warnings_of(const ConfigurationOutcome& outcome);

}  // namespace sup::config
