#include "common/config/servers.h"

#include "common/base/text.h"
#include "common/config/conversions.h"
#include "common/config/section_reader.h"

namespace sup::config {
namespace {

constexpr std::string_view kInet = "inet_http_server";
constexpr std::string_view kUnix = "unix_http_server";
constexpr std::string_view kPlugin = "rpcinterface:";
constexpr std::string_view kFactory = "supervisor.rpcinterface_factory";

void read_credentials(SectionReader& reader, InetServer& server) {
    const auto username = reader.text("username");
    const auto password = reader.text("password");
    if (username.has_value() != password.has_value() && !reader.has_failed()) {
        reader.fail(username ? "username" : "password",
                    "username and password must be given both or not at all");
    }
    server.username = username.value_or("");
    server.password = password.value_or("");
}

bool is_any_address(std::string_view host) {
    return host.empty() || host == "0.0.0.0";
}

std::optional<InetServer> read_inet(SectionReader& reader) {
    InetServer server;
    read_credentials(reader, server);
    if (reader.find("port") == nullptr) {
        reader.fail("port", "is missing; expected host:port");
        return std::nullopt;
    }
    const auto address = reader.get("port", HostPort{}, to_inet_address);
    server.host = is_any_address(address.host) ? "localhost" : address.host;
    server.port = address.port;
    return reader.has_failed() ? std::nullopt : std::optional(server);
}

void check_unix(SectionReader& reader, const std::string& here) {
    InetServer ignored;
    read_credentials(reader, ignored);
    reader.text("chown");
    reader.check("chmod", to_octal);
    reader.define("here", here);
    if (reader.find("file") == nullptr) {
        reader.fail("file", "is missing; expected the path of a socket");
    }
    reader.text("file");
}

// Our own section of older releases may stand without factory: it is then only ours.
void check_plugin(const IniSection& section, const IniSection& defaults, SectionReader& reader) {
    if (section.name == "rpcinterface:supvisors") {
        return;
    }
    if (reader.find(kFactory) == nullptr) {
        reader.fail(kFactory, "is missing");
    }
    for (const auto* options : {&section.options, &defaults.options}) {
        for (const auto& option : *options) {
            reader.text(option.name);
        }
    }
}

}  // namespace

std::optional<InetServer> read_servers(const Document& document, Problems& problems) {
    std::optional<InetServer> first;
    bool is_any = false;
    for (const auto& section : document.ini.sections()) {
        SectionReader reader(document, section, problems, SectionReader::Names::Environment);
        if (section.name.starts_with(kInet)) {
            const auto server = read_inet(reader);
            first = first ? first : server;
            is_any = true;
        } else if (section.name.starts_with(kUnix)) {
            check_unix(reader, document.here);
        } else if (section.name.starts_with(kPlugin)) {
            check_plugin(section, document.ini.defaults(), reader);
        }
    }
    if (!is_any) {
        problems.error({document.path, 0},
                       "there is no [inet_http_server] section; the agent needs one, for example "
                       "port=127.0.0.1:9001 (a [unix_http_server] is not enough)");
    }
    return first;
}

}  // namespace sup::config
