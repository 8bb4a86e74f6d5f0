#include <iostream>
#include <nlohmann/json.hpp>

#include "common/base/overloaded.h"
#include "common/config/supervisor_config.h"

// print_config FILE: prints what the agent understands of a supervisord.conf, as JSON, so that a
// test compares it with supervisord itself. Exit code 1 when the file is refused.
namespace {

using nlohmann::json;
using namespace sup;

template <typename Enum>
json names(const std::vector<Enum>& values) {
    json out = json::array();
    for (const auto value : values) {
        out.push_back(name_of(value));
    }
    return out;
}

std::string autorestart_name(ProcessConfig::Autorestart value) {
    switch (value) {
        case ProcessConfig::Autorestart::Never:
            return "false";
        case ProcessConfig::Autorestart::Unexpected:
            return "unexpected";
        case ProcessConfig::Autorestart::Always:
            return "true";
    }
    return "?";
}

json process_json(const ProcessConfig& process) {
    return {{"group", process.process.group},
            {"name", process.process.name},
            {"program", process.program},
            {"index", process.index},
            {"startsecs", process.startsecs.ms / 1000},
            {"stopwaitsecs", process.stopwaitsecs.ms / 1000},
            {"autorestart", autorestart_name(process.autorestart)},
            {"autostart", process.autostart},
            {"has_stdout", process.has_stdout},
            {"has_stderr", process.has_stderr},
            {"infrastructure", process.is_infrastructure()}};
}

json federation_json(const config::Options& options) {
    json items = json::array();
    for (const auto& item : options.supvisors_list) {
        items.push_back({{"identifier", item.identifier},
                         {"nick", item.nick},
                         {"host", item.host},
                         {"http_port", item.http_port},
                         {"federation_port", item.federation_port}});
    }
    return {{"supvisors_list", items},
            {"list_is_set", options.list_is_set},
            {"local", options.local},
            {"stereotypes", options.stereotypes},
            {"multicast_group", options.multicast_group},
            {"multicast_interface", options.multicast_interface},
            {"multicast_ttl", options.multicast_ttl},
            {"multicast_key", options.multicast_key},
            {"core_identifiers", options.core_identifiers},
            {"synchro_options", names(options.synchro_options)},
            {"synchro_timeout_ms", options.synchro_timeout.ms},
            {"inactivity_ticks", options.inactivity_ticks},
            {"tick_period_ms", options.tick_period.ms},
            {"restart_grace_ms", options.restart_grace.ms},
            {"auto_fence", options.auto_fence},
            {"supvisors_failure_strategy", name_of(options.supvisors_failure_strategy)},
            {"no_quorum_policy", name_of(options.no_quorum_policy)},
            {"internal_port", options.internal_port},
            {"federation_key", options.federation_key},
            {"node_id", options.node_id}};
}

json other_json(const config::Options& options) {
    return {{"rules_files", options.rules_files},
            {"starting_strategy", name_of(options.starting_strategy)},
            {"conciliation_strategy", name_of(options.conciliation_strategy)},
            {"disabilities_file", options.disabilities_file},
            {"orphans", name_of(options.orphans)},
            {"event_link", name_of(options.event_link)},
            {"event_port", options.event_port},
            {"api_host", options.api_host},
            {"api_port", options.api_port},
            {"api_users", options.api_users},
            {"api_certificate", options.api_certificate},
            {"api_key", options.api_key},
            {"listener_socket", options.listener_socket},
            {"state_dir", options.state_dir},
            {"overlay_dir", options.overlay_dir},
            {"nudge", options.nudge},
            {"resync_period_ms", options.resync_period.ms},
            {"stats_host", options.stats_host},
            {"stats_process", options.stats_process},
            {"stats_collecting_period", options.stats_collecting_period},
            {"stats_periods", options.stats_periods},
            {"stats_histo", options.stats_histo},
            {"stats_irix_mode", options.stats_irix_mode},
            {"software_name", options.software_name},
            {"software_icon", options.software_icon},
            {"css_files", options.css_files},
            {"tail_limit", options.tail_limit},
            {"tailf_limit", options.tailf_limit},
            {"logfile", options.logfile},
            {"logfile_maxbytes", options.logfile_maxbytes},
            {"logfile_backups", options.logfile_backups},
            {"loglevel", name_of(options.loglevel)}};
}

json to_json(const config::Configuration& configuration) {
    json processes = json::array();
    for (const auto& process : configuration.processes) {
        processes.push_back(process_json(process));
    }
    auto options = federation_json(configuration.options);
    options.update(other_json(configuration.options));
    return {{"path", configuration.path},
            {"identifier", configuration.identifier},
            {"inet",
             {{"host", configuration.inet.host},
              {"port", configuration.inet.port},
              {"username", configuration.inet.username},
              {"password", configuration.inet.password}}},
            {"processes", processes},
            {"options", options},
            {"errors", json::array()},
            {"warnings", configuration.warnings}};
}

json to_json(const config::ConfigurationFailure& failure) {
    return {{"errors", failure.errors}, {"warnings", failure.warnings}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: print_config FILE\n";
        return 2;
    }
    const auto outcome = config::read_configuration(argv[1], config::read_host_facts());
    const auto printed = std::visit([](const auto& result) { return to_json(result); }, outcome);
    std::cout << printed.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return std::holds_alternative<config::Configuration>(outcome) ? 0 : 1;
}
