#include <algorithm>

#include "common/base/text.h"
#include "common/config/instance_item.h"
#include "common/config/option_checks.h"
#include "common/config/option_table.h"
#include "common/config/options_reader.h"
#include "common/config/section_reader.h"

namespace sup::config {
namespace {

constexpr std::string_view kSection = "supvisors";
constexpr std::string_view kOldSection = "rpcinterface:supvisors";
constexpr std::string_view kFactory = "supervisor.rpcinterface_factory";
constexpr std::size_t kMaxSocketPath = 107;  // sun_path, without its final zero

// A section name that is ours but for a slip of the keyboard would be ignored without a word.
void warn_misspelt_section(const Document& document, Problems& problems) {
    const std::string names[] = {std::string(kSection)};
    for (const auto& section : document.ini.sections()) {
        if (section.name.find(':') == std::string::npos && section.name != "supervisord" &&
            section.name != "supervisorctl" && nearest(section.name, names)) {
            problems.warn(section.place,
                          concat("[", section.name, "] is ignored; is [supvisors] meant?"));
        }
    }
}

const IniSection* choose_section(const Document& document, Problems& problems) {
    const auto* section = document.ini.find_section(kSection);
    const auto* old = document.ini.find_section(kOldSection);
    if (section != nullptr) {
        if (old != nullptr) {
            problems.warn(old->place,
                          "[rpcinterface:supvisors] is ignored because there is a "
                          "[supvisors] section; supervisord loads a Python plugin for it");
        }
        return section;
    }
    if (old != nullptr) {
        problems.warn(old->place,
                      "the options are taken from [rpcinterface:supvisors]; move them to "
                      "[supvisors], which supervisord ignores");
        return old;
    }
    warn_misspelt_section(document, problems);
    return nullptr;
}

void apply_rules(OptionDraft& draft, SectionReader& reader) {
    for (const auto& rule : option_rules()) {
        const auto value = reader.text(rule.name);
        if (!value) {
            continue;
        }
        const auto applied = rule.apply(draft, *value);
        if (!applied && rule.instead.empty()) {
            reader.fail(rule.name, applied.error().message);
        } else if (!applied) {
            reader.drop(rule.name, concat(applied.error().message, "; ", rule.instead));
        }
    }
}

void refuse_unknown(const IniSection& section, SectionReader& reader) {
    const auto names = option_names();
    for (const auto& option : section.options) {
        const bool is_known = std::find(names.begin(), names.end(), option.name) != names.end();
        const bool is_old_factory = section.name == kOldSection && option.name == kFactory;
        if (is_known || option.is_inherited || is_old_factory) {
            continue;
        }
        const auto hint = hint_for(option.name);
        reader.fail(option.name, concat("is not an option (value '", option.value, "')",
                                        hint.empty() ? "" : "; ", hint));
    }
}

void settle_paths(Options& options, SectionReader& reader, const HostFacts& host) {
    if (options.state_dir.empty()) {
        const auto given = host.environment.find("STATE_DIRECTORY");
        // systemd separates several directories by colons; the first one is ours.
        const auto directory =
            given == host.environment.end() ? std::string() : split(given->second, ':').front();
        const auto here = std::get<std::string>(reader.names().at("here"));
        options.state_dir = directory.empty() ? join_path(here, ".supvisors") : directory;
    }
    if (options.listener_socket.empty()) {
        options.listener_socket = join_path(options.state_dir, "listener.sock");
    }
    if (options.listener_socket.size() > kMaxSocketPath) {
        reader.fail(
            "listener_socket",
            concat("'", options.listener_socket, "' is longer than a unix socket path can be (",
                   kMaxSocketPath, " bytes); expected a shorter listener_socket or state_dir"));
    }
    if (options.api_certificate.empty() != options.api_key.empty()) {
        reader.fail(options.api_key.empty() ? "api_certificate" : "api_key",
                    "api_certificate and api_key must be given both or not at all");
    }
    if (options.node_id.empty()) {
        options.node_id = host.machine_id.empty() ? host.hostname : host.machine_id;
    }
}

// The items of the list that can be read; the others are reported.
std::vector<ParsedItem> read_items(const OptionDraft& draft, SectionReader& reader,
                                   std::uint16_t http_port) {
    std::vector<ParsedItem> items;
    for (const auto& text : draft.items) {
        const auto item = parse_instance_item(text, http_port);
        if (item) {
            items.push_back(*item);
        } else {
            reader.fail("supvisors_list", item.error().message);
        }
    }
    return items;
}

// A list whose item is wrong is not searched for ourselves: the answer would mislead.
void settle_list(OptionDraft& draft, SectionReader& reader, const OptionInputs& inputs,
                 const HostFacts& host) {
    auto& options = draft.options;
    options.list_is_set = !draft.items.empty();
    const std::uint16_t http_port = inputs.inet ? inputs.inet->port : std::uint16_t{0};
    if (!options.list_is_set) {
        options.supvisors_list = {
            default_instance({inputs.daemon_identifier, host.hostname, http_port})};
        settle_internal_port(options, reader, InternalPort::Deduced);
        return;
    }
    const auto items = read_items(draft, reader, http_port);
    for (const auto& item : items) {
        options.supvisors_list.push_back(item.instance);
    }
    refuse_duplicates(options, reader);
    if (items.size() == draft.items.size() && inputs.inet) {
        recognise_local(options, reader, *inputs.inet, host);
        warn_identifier(options, reader, inputs.daemon_identifier);
    }
    const bool is_written = !items.empty() && items[options.local].has_federation_port;
    settle_internal_port(options, reader,
                         is_written ? InternalPort::Written : InternalPort::Deduced);
}

}  // namespace

Options read_options(const Document& document, const OptionInputs& inputs, const HostFacts& host,
                     Problems& problems) {
    const auto home = host.environment.find("HOME");
    OptionDraft draft;
    draft.origin = {host.working_directory, home == host.environment.end() ? "" : home->second};
    draft.options.synchro_options = {SynchronizationOption::Strict, SynchronizationOption::Timeout,
                                     SynchronizationOption::Core};

    const auto* section = choose_section(document, problems);
    const IniSection nothing{std::string(kSection), {document.path, 0}, {}};
    SectionReader reader(document, section == nullptr ? nothing : *section, problems);
    reader.define("host_node_name", document.hostname);
    if (section != nullptr) {
        apply_rules(draft, reader);
        refuse_unknown(*section, reader);
    }
    settle_paths(draft.options, reader, host);
    settle_list(draft, reader, inputs, host);
    settle_synchronization(draft.options, reader);
    require_key(draft.options, reader);
    settle_multicast_key(draft.options, reader);
    if (inputs.inet) {
        settle_ports(draft.options, reader, *inputs.inet);
        refuse_open_api(draft.options, reader, *inputs.inet);
    }
    return std::move(draft.options);
}

}  // namespace sup::config
