#pragma once

#include <string>

#include "cli/options.h"
#include "cli/rpc.h"
#include "common/base/result.h"
#include "common/config/supervisor_config.h"

// The server to talk to and how, from the command line and the configuration file.
//
// The server is, in this order: `-s`; the API of the agent, when the file has a section [supvisors]
// or [inet_http_server]; `serverurl` of [supervisorctl]; http://localhost:9001.
// Rationale: serverurl is supervisord's own server, which knows no supvisors namespace; the agent's
// API answers the commands of both.
namespace sup::cli {

struct Settings {
    Endpoint endpoint;
    std::string prompt = "supervisor";
    std::string history_file;
};

// `program` is the path of our executable, near which the search for a file begins.
Result<Settings> read_settings(const Options& options, const std::string& program,
                               const config::HostFacts& host);

}  // namespace sup::cli
