#include "common/config/option_checks.h"

#include <algorithm>
#include <array>
#include <map>

#include "common/base/hosts.h"
#include "common/base/text.h"
#include "common/config/instance_item.h"
#include "common/config/local_instance.h"

namespace sup::config {
namespace {

bool remove_option(Options& options, SynchronizationOption value) {
    return std::erase(options.synchro_options, value) > 0;
}

bool has_option(const Options& options, SynchronizationOption value) {
    const auto& all = options.synchro_options;
    return std::find(all.begin(), all.end(), value) != all.end();
}

struct NamedPort {
    std::string_view name;
    std::uint16_t port = 0;
    int offset = 0;
};

std::string describe(const NamedPort& port, std::uint16_t http_port) {
    const bool is_default = port.offset > 0 && port.port == http_port + port.offset;
    return is_default ? concat(port.name, " (", port.port, " = http_port + ", port.offset, ")")
                      : concat(port.name, " (", port.port, ")");
}

// An instance beside us on this host has taken a port that we are about to open.
void warn_neighbours(const Options& options, SectionReader& reader,
                     std::span<const NamedPort> ports) {
    const auto& self = options.supvisors_list[options.local];
    for (const auto& item : options.supvisors_list) {
        const bool is_beside =
            item.host == self.host || (is_loopback_host(item.host) && is_loopback_host(self.host));
        if (!is_beside || item == self) {
            continue;
        }
        for (const auto& port : ports) {
            if (port.port == item.http_port || port.port == item.federation_port) {
                reader.warn(port.name, concat("the port ", port.port, " is also a port of ",
                                              display_of(item), " on the same host"));
            }
        }
    }
}

bool are_other_addresses(std::string_view one, std::string_view other) {
    constexpr std::string_view kAny = "0.0.0.0";
    return is_ipv4(one) && is_ipv4(other) && one != other && one != kAny && other != kAny;
}

}  // namespace

void refuse_duplicates(const Options& options, SectionReader& reader) {
    std::map<std::string, std::size_t> owners;
    for (std::size_t i = 0; i < options.supvisors_list.size(); ++i) {
        const auto& item = options.supvisors_list[i];
        for (const auto& name : {item.identifier, item.nick}) {
            const auto [owner, is_new] = owners.emplace(name, i);
            if (!is_new && owner->second != i) {
                reader.fail("supvisors_list",
                            concat("'", name, "' names two instances: ",
                                   display_of(options.supvisors_list[owner->second]), " and ",
                                   display_of(item), "; identifiers and nicks must be unique"));
            }
        }
    }
}

void recognise_local(Options& options, SectionReader& reader, const InetServer& inet,
                     const HostFacts& host) {
    const auto found = find_local_instance(options.supvisors_list, inet, host);
    if (found) {
        options.local = *found;
    } else {
        reader.fail("supvisors_list", found.error().message);
    }
}

void warn_identifier(const Options& options, SectionReader& reader,
                     const std::string& daemon_identifier) {
    const auto& local = options.supvisors_list[options.local];
    if (daemon_identifier != "supervisor" && daemon_identifier != local.nick &&
        !reader.has_failed()) {
        reader.warn("supvisors_list",
                    concat("the identifier of [supervisord] is '", daemon_identifier,
                           "', but this instance is ", display_of(local),
                           " in the list: its nick '", local.nick, "' prevails"));
    }
}

void settle_internal_port(Options& options, SectionReader& reader, InternalPort in_list) {
    if (options.supvisors_list.empty()) {
        return;
    }
    auto& local = options.supvisors_list[options.local];
    const bool is_set = options.internal_port != 0;
    if (is_set && options.internal_port != local.federation_port) {
        if (in_list == InternalPort::Written) {
            reader.warn("internal_port",
                        concat(options.internal_port, " is ignored: the item of this ",
                               "instance in supvisors_list gives ", local.federation_port));
        } else if (options.supvisors_list.size() > 1) {
            reader.warn("internal_port",
                        concat("peers expect ", local.federation_port,
                               " (http_port + 3) unless supvisors_list says ", local.identifier,
                               ":", options.internal_port, " on all instances"));
        }
    }
    if (is_set && in_list == InternalPort::Deduced) {
        local.federation_port = options.internal_port;
    }
    options.internal_port = local.federation_port;
}

void settle_synchronization(Options& options, SectionReader& reader) {
    // Nobody needs to hear that a default does not apply.
    const bool is_written = reader.find("synchro_options") != nullptr;
    if (options.core_identifiers.empty() && remove_option(options, SynchronizationOption::Core) &&
        is_written) {
        reader.warn("synchro_options", "CORE is removed because core_identifiers is empty");
    }
    if (!options.list_is_set && remove_option(options, SynchronizationOption::Strict) &&
        is_written) {
        reader.warn("synchro_options", "STRICT is removed because supvisors_list is not set");
    }
    if (options.synchro_options.empty()) {
        reader.fail("synchro_options",
                    concat("nothing is left to end the synchronization; expected some of ",
                           join(names_of<SynchronizationOption>(), ", ")));
    }
    if (has_option(options, SynchronizationOption::Timeout) &&
        options.supvisors_failure_strategy != SupvisorsFailureStrategy::Continue) {
        reader.warn("supvisors_failure_strategy",
                    concat(name_of(options.supvisors_failure_strategy),
                           " is replaced by CONTINUE because synchro_options holds TIMEOUT, which "
                           "cannot stay true"));
        options.supvisors_failure_strategy = SupvisorsFailureStrategy::Continue;
    }
}

void require_key(const Options& options, SectionReader& reader) {
    if (!options.federation_key.empty()) {
        return;
    }
    constexpr std::string_view kExpected =
        "; expected the path of the key file that all instances share (supvisorsctl keygen makes "
        "one), or NONE to go without";
    if (!options.multicast_group.empty()) {
        // A configuration of the original has no key, and must go on working.
        reader.warn("federation_key",
                    concat("is missing, and multicast_group lets any host in", kExpected));
        return;
    }
    const auto& items = options.supvisors_list;
    const auto remote = std::find_if(items.begin(), items.end(),
                                     [](const auto& item) { return !is_loopback_host(item.host); });
    if (options.list_is_set && remote != items.end()) {
        reader.fail("federation_key", concat("is missing, and ", display_of(*remote),
                                             " of supvisors_list is not loopback", kExpected));
    }
}

void settle_multicast_key(Options& options, SectionReader& reader) {
    if (options.multicast_group.empty()) {
        if (!options.multicast_key.empty()) {
            reader.warn("multicast_key", "has no effect without multicast_group");
        }
        return;
    }
    if (options.multicast_key.empty()) {
        options.multicast_key = options.federation_key;
    }
    const bool has_word = reader.find("multicast_key") != nullptr;
    if (!has_word && (options.multicast_key.empty() || options.multicast_key == "NONE")) {
        reader.warn("multicast_key",
                    "is missing: announcements are not signed, and whoever reaches "
                    "multicast_group may announce instances; expected the path of a file that all "
                    "instances share, or NONE to go without");
    }
}

void refuse_open_api(const Options& options, SectionReader& reader, const InetServer& inet) {
    const auto& host = options.api_host;
    const bool is_outside =
        host == "*" || host == "::" || (is_ipv4(host) && !is_loopback_host(host));
    if (inet.username.empty() && options.api_users.empty() && is_outside) {
        reader.fail("api_host",
                    concat("'", host,
                           "' is not a loopback address, and [inet_http_server]"
                           " has no username and password: without them the API is "
                           "served on loopback only; expected them, or a loopback address"));
    }
}

void settle_ports(Options& options, SectionReader& reader, const InetServer& inet) {
    const auto http_port = inet.port;
    const std::array<std::pair<std::uint16_t*, NamedPort>, 3> wanted = {{
        {&options.internal_port, {"internal_port", options.internal_port, kFederationPortOffset}},
        {&options.event_port, {"event_port", options.event_port, kEventPortOffset}},
        {&options.api_port, {"api_port", options.api_port, kApiPortOffset}},
    }};
    std::vector<NamedPort> ports{{"http_port", http_port, 0}};
    for (const auto& [target, port] : wanted) {
        if (*target == 0) {
            const auto derived = derived_port(http_port, port.offset);
            if (!derived) {
                reader.fail(port.name, concat(derived.error().message, "; expected it to be set"));
                continue;
            }
            *target = *derived;
        }
        const NamedPort settled{port.name, *target, port.offset};
        const bool may_share =
            target == &options.api_port && are_other_addresses(options.api_host, inet.host);
        for (const auto& other : ports) {
            const bool is_shared = may_share && other.name == "http_port";
            if (other.port == settled.port && !is_shared) {
                reader.fail(port.name,
                            concat(describe(settled, http_port), " is the same port as ",
                                   describe(other, http_port), "; expected another one"));
            }
        }
        ports.push_back(settled);
    }
    if (!reader.has_failed() && options.list_is_set) {
        warn_neighbours(options, reader, std::span(ports).subspan(1));
    }
}

}  // namespace sup::config
