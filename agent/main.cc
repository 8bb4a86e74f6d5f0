#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "agent/listener/short_slice.h"
#include "agent/shell/agent.h"
#include "agent/shell/autorestart_warnings.h"
#include "agent/shell/discovery_key.h"
#include "agent/shell/log.h"
#include "agent/shell/rules_files.h"
#include "common/base/text.h"
#include "common/config/paths.h"
#include "common/config/supervisor_config.h"

// supvisors-agent: see --help. Exit statuses are part of the interface of the program.
namespace {

using namespace sup;

enum ExitStatus { kOrderly = 0, kBadConfiguration = 1, kBadUsage = 2, kNoSockets = 3, kFault = 70 };

constexpr const char* kFooter =
    "Without -c, the file is looked for where supervisord looks for it.\n"
    "Signals: TERM, INT leave the federation in order; HUP reads rules and programs again;\n"
    "USR2 opens the log file again.\n"
    "Exit status: 0 in order, 1 configuration or rules are wrong, 2 wrong usage,\n"
    "3 a socket or port cannot be had, 70 a fault of the program.";

struct Findings {
    std::vector<std::string> errors;  // that we live with
    std::vector<std::string> warnings;
};

struct Arguments {
    std::string file;
    bool check = false;
};

// The places of supervisord, in its order.
std::vector<std::string> search_path(const char* program) {
    const std::string above = config::path_directory(config::path_directory(program));
    return {config::join_path(above, "etc/supervisord.conf"),
            config::join_path(above, "supervisord.conf"),
            "supervisord.conf",
            "etc/supervisord.conf",
            "/etc/supervisord.conf",
            "/etc/supervisor/supervisord.conf"};
}

Result<std::string> find_file(const Arguments& arguments, const char* program) {
    if (!arguments.file.empty()) {
        return arguments.file;
    }
    const auto places = search_path(program);
    for (const auto& place : places) {
        if (access(place.c_str(), F_OK) == 0) {
            return place;
        }
    }
    return Error{concat("no configuration file in any of ", join(places, ", "), "; use -c FILE")};
}

void print_problems(const std::vector<std::string>& errors,
                    const std::vector<std::string>& warnings) {
    for (const auto& error : errors) {
        std::cerr << error << '\n';
    }
    for (const auto& warning : warnings) {
        std::cerr << "warning: " << warning << '\n';
    }
}

void print_ok(const config::Configuration& configuration, const shell::RulesReading& rules) {
    const auto& options = configuration.options;
    const auto& local = options.supvisors_list[options.local];
    std::cout << "OK configuration " << configuration.path << ": " << local.identifier << ", "
              << options.supvisors_list.size() << " instances, " << configuration.processes.size()
              << " processes\n";
    for (const auto& file : rules.files) {
        std::cout << "OK rules " << file << '\n';
    }
    if (rules.files.empty()) {
        std::cout << "OK rules: none, no application is managed\n";
    }
}

// One descriptor is needed per running process (pid_watch.h), and one per client.
void raise_descriptor_limit() {
    rlimit limit{};
    constexpr rlim_t kEnough = 65536;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < kEnough) {
        limit.rlim_cur = std::min(limit.rlim_max, kEnough);
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

// One agent per node: small matters more than fast. Threads share one arena, and what a large
// answer took goes back.
void keep_memory_small() {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

int run_agent(shell::AgentSetup setup, const Findings& findings) {
    const auto& options = setup.configuration.options;
    shell::Log log({options.logfile, options.logfile_maxbytes, options.logfile_backups,
                    options.loglevel, options.software_name});
    for (const auto& error : findings.errors) {
        log.error("configuration", error);
    }
    for (const auto& warning : findings.warnings) {
        log.warning("configuration", warning);
    }
    try {
        return shell::Agent(std::move(setup), log).run() == shell::Agent::Exit::Orderly
                   ? kOrderly
                   : kNoSockets;
    } catch (const std::exception& error) {
        log.error("agent", concat("ends by a fault: ", error.what()));
        return kFault;
    }
}

int check_and_run(const Arguments& arguments, const char* program) {
    const auto file = find_file(arguments, program);
    if (!file) {
        std::cerr << file.error().message << '\n';
        return kBadConfiguration;
    }
    shell::AgentSetup setup;
    setup.host = config::read_host_facts();
    auto outcome = config::read_configuration(*file, setup.host);
    if (const auto* failure = std::get_if<config::ConfigurationFailure>(&outcome)) {
        print_problems(failure->errors, failure->warnings);
        return kBadConfiguration;
    }
    setup.configuration = std::get<config::Configuration>(std::move(outcome));
    const auto secret = shell::read_discovery_key(setup.configuration.options.multicast_key);
    if (!secret) {
        // Rather no agent than one that believes everybody against the user's wish.
        print_problems(
            {concat(setup.configuration.path, ": multicast_key: ", secret.error().message)},
            setup.configuration.warnings);
        return kBadConfiguration;
    }
    setup.discovery_key = *secret;
    Findings findings{setup.configuration.dropped, setup.configuration.warnings};
    auto& warnings = findings.warnings;
    auto rules = shell::read_rules(setup.configuration.options.rules_files);
    if (const auto* failure = std::get_if<rules::LoadFailure>(&rules.outcome)) {
        warnings.insert(warnings.end(), failure->warnings.begin(), failure->warnings.end());
        print_problems(failure->errors, warnings);
        return kBadConfiguration;
    }
    auto& loaded = std::get<rules::LoadedRules>(rules.outcome);
    warnings.insert(warnings.end(), loaded.warnings.begin(), loaded.warnings.end());
    const auto restarts = shell::autorestart_warnings(setup.configuration.processes, loaded.rules);
    warnings.insert(warnings.end(), restarts.begin(), restarts.end());
    if (arguments.check) {
        print_problems(findings.errors, warnings);
        if (!findings.errors.empty()) {
            return kBadConfiguration;
        }
        print_ok(setup.configuration, rules);
        return kOrderly;
    }
    // Rather no agent than one whose federation is open against the user's wish.
    const auto& key = setup.configuration.options.federation_key;
    if (!key.empty() && key != "NONE") {
        std::cerr << setup.configuration.path << ": federation_key: " << key
                  << ": this version cannot encrypt the federation, NONE was expected\n";
        return kBadConfiguration;
    }
    setup.rules = std::move(loaded.rules);
    return run_agent(std::move(setup), findings);
}

}  // namespace

int main(int argc, char** argv) {
    keep_memory_small();
    raise_descriptor_limit();
    listener::take_short_slices();
    std::signal(SIGPIPE, SIG_IGN);  // a peer that goes is an error of write, not our end
    Arguments arguments;
    CLI::App app(
        "The Supvisors agent of the supervisord that FILE configures; runs in the "
        "foreground.");
    app.footer(kFooter);
    app.add_option("-c,--configuration", arguments.file, "supervisord's configuration file")
        ->type_name("FILE");
    app.add_flag("--check", arguments.check,
                 "report every problem of the configuration and of the rules, then exit");
    app.set_version_flag("--version", "supvisors-agent " SUPVISORS_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOrderly : kBadUsage;
    }
    return check_and_run(arguments, argv[0]);
}
