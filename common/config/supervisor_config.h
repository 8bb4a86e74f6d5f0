#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "common/config/options.h"
#include "common/model/process_record.h"

// What the agent reads of the supervisord.conf that it shares with supervisord: the inet server,
// the processes, and its own options. Same semantics as supervisord's own reader (includes,
// expansions, inline comments, later file wins): nothing is guessed.
namespace sup::config {

struct InetServer {
    std::string host;  // as the agent reaches it: empty and `*` became localhost
    std::uint16_t port = 0;
    std::string username;
    std::string password;  // plain, or {SHA}hex
};

struct Configuration {
    std::string path;        // absolute path of the main file
    std::string identifier;  // of [supervisord]
    InetServer inet;
    std::vector<ProcessConfig> processes;  // every process of every group
    Options options;
    std::vector<std::string> dropped;   // wrong options, whose defaults hold: `file:line: …`
    std::vector<std::string> warnings;  // `file:line: …`
};

struct ConfigurationFailure {
    std::vector<std::string> errors;  // `file:line: option: what, what was expected`
    std::vector<std::string> warnings;
};

// The environment that %(ENV_X)s sees, and the facts about this host that need system calls, so
// that a test gives its own.
struct HostFacts {
    std::map<std::string, std::string> environment;
    std::string hostname;                  // %(host_node_name)s
    std::vector<std::string> local_names;  // names, aliases and addresses of this host (O-60)
    std::string machine_id;                // contents of /etc/machine-id
    std::string working_directory;
    // The IPv4 addresses of a name, none when it cannot be resolved. Asked only for items of
    // supvisors_list that nothing in local_names recognises (O-64). Empty: nothing is resolved.
    std::function<std::vector<std::string>(const std::string& host)> resolve;
};
HostFacts read_host_facts();

using ConfigurationOutcome = std::variant<Configuration, ConfigurationFailure>;

// Reads the main file and its includes. Every problem found is reported, not only the first one.
ConfigurationOutcome read_configuration(const std::string& path, const HostFacts& host);

// The same over other files than the system's.
class FileAccess;
ConfigurationOutcome read_configuration(const std::string& path, const HostFacts& host,
                                        const FileAccess& files);

}  // namespace sup::config
