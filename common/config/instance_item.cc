#include "common/config/instance_item.h"

#include <optional>
#include <vector>

#include "common/base/text.h"

namespace sup::config {
namespace {

constexpr std::string_view kForm = "expected [<nick>]host[:http_port[:internal_port]]";

Error refusal(std::string_view item, std::string_view why) {
    return {concat("'", item, "': ", why, "; ", kForm)};
}

// Four or five digits (O-50).
Result<std::uint16_t> parse_port(std::string_view text) {
    const auto value = parse_integer(text);
    if (!value || (text.size() != 4 && text.size() != 5) || *value < 1 || *value > 65535) {
        return Error{concat("'", text, "' is not a port of 4 or 5 digits up to 65535")};
    }
    return static_cast<std::uint16_t>(*value);
}

struct Parts {
    std::string_view nick;
    std::string_view host;
    std::optional<std::string> http_port;
    std::optional<std::string> federation_port;
};

Result<Parts> split_item(std::string_view text) {
    Parts parts;
    auto rest = text;
    if (rest.starts_with('<')) {
        const auto end = rest.find('>');
        parts.nick = rest.substr(1, end == std::string_view::npos ? end : end - 1);
        if (end == std::string_view::npos || !holds_only(parts.nick, "_-:.")) {
            return refusal(text, "the nick between < and > must be made of letters, digits, _-:.");
        }
        rest.remove_prefix(end + 1);
    }
    const auto colon = rest.find(':');
    parts.host = rest.substr(0, colon);
    if (!holds_only(parts.host, "_-.")) {
        return refusal(text, concat("the host '", parts.host,
                                    "' is not a name or an IPv4 address (letters, digits, _-.)"));
    }
    if (colon == std::string_view::npos) {
        return parts;
    }
    const auto ports = split(rest.substr(colon + 1), ':');
    if (ports.size() > 2) {
        return refusal(text, "there are too many colons");
    }
    if (ports.size() == 1 || !ports[0].empty()) {
        parts.http_port = ports[0];
    }
    if (ports.size() == 2 && !ports[1].empty()) {
        parts.federation_port = ports[1];
    }
    return parts;
}

}  // namespace

Result<std::uint16_t> derived_port(std::uint16_t http_port, int offset) {
    const int port = http_port + offset;
    if (port > 65535) {
        return Error{concat("the default, http_port + ", offset, " = ", port, ", is not a port")};
    }
    return static_cast<std::uint16_t>(port);
}

Result<ParsedItem> parse_instance_item(std::string_view text, std::uint16_t local_http_port) {
    const auto parts = split_item(text);
    if (!parts) {
        return parts.error();
    }
    const auto http_port =
        parts->http_port ? parse_port(*parts->http_port) : Result<std::uint16_t>(local_http_port);
    if (!http_port) {
        return refusal(text, http_port.error().message);
    }
    const auto federation_port = parts->federation_port
                                     ? parse_port(*parts->federation_port)
                                     : derived_port(*http_port, kFederationPortOffset);
    if (!federation_port) {
        return refusal(text, concat("internal port: ", federation_port.error().message));
    }
    ParsedItem item;
    auto& instance = item.instance;
    instance.host = std::string(parts->host);
    instance.http_port = *http_port;
    instance.federation_port = *federation_port;
    instance.identifier = concat(parts->host, ":", *http_port);
    // `supervisor` is the name that every supervisord has by default: it tells nothing (O-52).
    if (!parts->nick.empty() && parts->nick != "supervisor") {
        instance.nick = std::string(parts->nick);
    } else {
        instance.nick = parts->http_port ? instance.identifier : instance.host;
    }
    item.has_federation_port = parts->federation_port.has_value();
    return item;
}

InstanceItem default_instance(const LocalInstance& local) {
    InstanceItem item;
    item.host = local.hostname;
    item.http_port = local.http_port;
    item.identifier = concat(local.hostname, ":", local.http_port);
    const bool is_named = !local.identifier.empty() && local.identifier != "supervisor";
    item.nick = is_named ? local.identifier : item.identifier;
    const auto port = derived_port(local.http_port, kFederationPortOffset);
    item.federation_port = port ? *port : std::uint16_t{0};
    return item;
}

std::string display_of(const InstanceItem& item) {
    return item.nick == item.identifier ? item.identifier
                                        : concat("<", item.nick, ">", item.identifier);
}

}  // namespace sup::config
