#include "cli/settings.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/config/document.h"
#include "common/config/file_access.h"
#include "common/config/paths.h"

namespace sup::cli {
namespace {

using config::Document;

// The first file of the search path that exists; empty when none does.
std::string search_file(const std::string& program, const config::HostFacts& host) {
    const auto near = config::normalize_path(config::join_path(
        config::path_directory(
            config::path_directory(config::join_path(host.working_directory, program))),
        ""));
    const std::array<std::string, 6> paths{config::join_path(near, "etc/supervisord.conf"),
                                           config::join_path(near, "supervisord.conf"),
                                           "supervisord.conf",
                                           "etc/supervisord.conf",
                                           "/etc/supervisord.conf",
                                           "/etc/supervisor/supervisord.conf"};
    const auto found = std::find_if(paths.begin(), paths.end(), [](const std::string& path) {
        return config::system_files().exists(path);
    });
    return found == paths.end() ? std::string() : *found;
}

// An option of a section, expanded; empty when it is not there or cannot be expanded.
std::string option_of(const Document& document, std::string_view section, std::string_view name) {
    const auto* option =
        document.ini.find_section(section) ? document.ini.find(section, name) : nullptr;
    if (!option) {
        return {};
    }
    auto names = document.environment;
    names.insert_or_assign("here", document.here);
    names.insert_or_assign("host_node_name", document.hostname);
    const auto expanded = config::expand(option->value, names);
    return expanded ? *expanded : std::string();
}

// What the reader of the agent would not tell, because it refuses the file for some other reason.
config::Configuration read_leniently(const Document& document) {
    config::Configuration result;
    const auto http = option_of(document, "inet_http_server", "port");
    const auto http_port = parse_integer(http.substr(http.rfind(':') + 1)).value_or(9001);
    const auto api_port =
        parse_integer(option_of(document, "supvisors", "api_port")).value_or(http_port + 4);
    result.inet.username = option_of(document, "inet_http_server", "username");
    result.inet.password = option_of(document, "inet_http_server", "password");
    result.options.api_port = static_cast<std::uint16_t>(api_port);
    result.options.api_host = option_of(document, "supvisors", "api_host");
    result.options.api_certificate = option_of(document, "supvisors", "api_certificate");
    return result;
}

Endpoint agent_endpoint(const config::Configuration& configuration) {
    const auto& options = configuration.options;
    // Listening everywhere includes the loopback.
    const bool is_everywhere = options.api_host.empty() || options.api_host == "*" ||
                               options.api_host == "0.0.0.0" || options.api_host == "::";
    const auto host = is_everywhere ? std::string("127.0.0.1") : options.api_host;
    Endpoint endpoint;
    endpoint.url = concat(options.api_certificate.empty() ? "http://" : "https://", host, ":",
                          options.api_port);
    endpoint.certificate = options.api_certificate;
    // A digest cannot be used to log in.
    if (!configuration.inet.password.starts_with("{SHA}")) {
        endpoint.username = configuration.inet.username;
        endpoint.password = configuration.inet.password;
    }
    return endpoint;
}

bool has_agent(const Document& document) {
    return document.ini.find_section("supvisors") || document.ini.find_section("inet_http_server");
}

Settings settings_of(const Document& document, const config::HostFacts& host) {
    Settings settings;
    if (has_agent(document)) {
        const auto outcome = config::read_configuration(document.path, host);
        const auto* good = std::get_if<config::Configuration>(&outcome);
        settings.endpoint = agent_endpoint(good ? *good : read_leniently(document));
    } else if (auto url = option_of(document, "supervisorctl", "serverurl"); !url.empty()) {
        settings.endpoint.url = std::move(url);
    }
    if (settings.endpoint.password.empty()) {
        settings.endpoint.username = option_of(document, "supervisorctl", "username");
        settings.endpoint.password = option_of(document, "supervisorctl", "password");
    }
    if (auto prompt = option_of(document, "supervisorctl", "prompt"); !prompt.empty()) {
        settings.prompt = std::move(prompt);
    }
    settings.history_file = option_of(document, "supervisorctl", "history_file");
    return settings;
}

Result<Settings> read_file(const Options& options, const std::string& program,
                           const config::HostFacts& host) {
    const auto path = options.configuration.value_or(search_file(program, host));
    if (path.empty()) {
        return Settings{};
    }
    if (!config::system_files().exists(path)) {
        return Error{concat("could not find config file ", path)};
    }
    config::Problems problems;
    const auto document = config::read_document(path, host, config::system_files(), problems);
    if (!document) {
        // A file that nobody asked for, and that we may not read, is not there for us.
        return options.configuration
                   ? Result<Settings>(Error{concat("could not read config file ", path)})
                   : Result<Settings>(Settings{});
    }
    if (!has_agent(*document) && !document->ini.find_section("supervisorctl") &&
        !options.server_url) {
        return Error{".ini file does not include supervisorctl section"};
    }
    return settings_of(*document, host);
}

}  // namespace

Result<Settings> read_settings(const Options& options, const std::string& program,
                               const config::HostFacts& host) {
    auto settings = read_file(options, program, host);
    if (!settings) {
        return settings.error();
    }
    auto& endpoint = settings->endpoint;
    if (options.server_url) {
        endpoint.url = *options.server_url;
        endpoint.certificate.clear();
    }
    endpoint.username = options.username.value_or(endpoint.username);
    endpoint.password = options.password.value_or(endpoint.password);
    settings->history_file = options.history_file.value_or(settings->history_file);
    return settings;
}

}  // namespace sup::cli
