#include "tests/unit/config/memory_files.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"

namespace sup::config {

Result<std::string> MemoryFiles::read(const std::string& path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? Result<std::string>(Error{"No such file or directory"})
                                 : Result<std::string>(found->second);
}

std::vector<FileAccess::Entry> MemoryFiles::list(const std::string& directory) const {
    const auto prefix = directory + (directory == "/" ? "" : "/");
    std::map<std::string, Kind> names;
    for (const auto& [path, content] : files_) {
        if (path.starts_with(prefix)) {
            const auto rest = path.substr(prefix.size());
            const auto slash = rest.find('/');
            names[rest.substr(0, slash)] =
                slash == std::string::npos ? Kind::File : Kind::Directory;
        }
    }
    std::vector<Entry> entries;
    for (const auto& [name, kind] : names) {
        entries.insert(entries.begin(), {name, kind});  // in no useful order
    }
    return entries;
}

FileAccess::Kind MemoryFiles::kind(const std::string& path) const {
    if (files_.contains(path)) {
        return Kind::File;
    }
    const auto folder = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    return list(folder).empty() ? Kind::Missing : Kind::Directory;
}

bool MemoryFiles::exists(const std::string& path) const {
    return kind(path) != Kind::Missing;
}

HostFacts sample_host() {
    HostFacts host;
    host.environment = {{"HOME", "/home/me"}, {"COLOUR", "blue"}};
    host.hostname = "node1";
    host.local_names = {"node1", "node1.lan", "10.0.0.1", "192.168.7.1"};
    host.machine_id = "0123456789abcdef";
    host.working_directory = "/work/dir";
    host.resolve = [](const std::string& name) -> std::vector<std::string> {
        if (name == "alias") {
            return {"10.0.0.1"};
        }
        if (name == "old-name") {
            return {"127.0.1.1"};
        }
        return name == "node2" ? std::vector<std::string>{"10.0.0.2"} : std::vector<std::string>{};
    };
    return host;
}

std::string with_servers(const std::string& text) {
    return "[inet_http_server]\nport=127.0.0.1:60000\n[supervisord]\n" + text;
}

ConfigurationOutcome read_files(std::map<std::string, std::string> files, const HostFacts& host) {
    return read_configuration("/etc/s.conf", host, MemoryFiles(std::move(files)));
}

ConfigurationOutcome read_text(const std::string& text) {
    return read_files({{"/etc/s.conf", with_servers(text)}}, sample_host());
}

Configuration accepted(const ConfigurationOutcome& outcome) {
    INFO(errors_of(outcome));
    REQUIRE(std::holds_alternative<Configuration>(outcome));
    return std::get<Configuration>(outcome);
}

std::string errors_of(const ConfigurationOutcome& outcome) {
    const auto* failure = std::get_if<ConfigurationFailure>(&outcome);
    return failure == nullptr ? std::string() : join(failure->errors, "\n");
}

std::string warnings_of(const ConfigurationOutcome& outcome) {
    return std::visit([](const auto& result) { return join(result.warnings, "\n"); }, outcome);
}

}  // namespace sup::config
