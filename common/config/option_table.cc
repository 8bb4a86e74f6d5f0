#include "common/config/option_table.h"

#include <array>

#include "common/base/text.h"
#include "common/config/option_values.h"
#include "common/config/python_text.h"

namespace sup::config {
namespace {

using Text = std::string_view;
using Draft = OptionDraft;

template <typename Target, typename Value>
Status assign(Target& target, Result<Value> value) {
    if (!value) {
        return value.error();
    }
    target = static_cast<Target>(std::move(*value));
    return {};
}

Result<bool> parse_switch(Text text) {
    if (const auto value = parse_switch_word(text)) {
        return *value;
    }
    return Error{concat("'", text, "' is not one of true, yes, on, 1, false, no, off, 0")};
}

Result<std::string> plain(Text text) {
    return std::string(text);
}

// An empty path is no path.
std::string path_of(const Draft& draft, Text text) {
    return text.empty() ? std::string() : absolute_path(text, draft.origin);
}

Result<std::string> parse_path(const Draft& draft, Text text) {
    return path_of(draft, text);
}

Result<std::vector<std::string>> parse_paths(const Draft& draft, Text text) {
    std::vector<std::string> paths;
    for (const auto& word : python_words(text)) {
        paths.push_back(path_of(draft, word));
    }
    return paths;
}

Result<std::string> parse_key_path(const Draft& draft, Text text) {
    return to_upper(text) == "NONE" ? std::string("NONE") : path_of(draft, text);
}

Result<std::string> parse_log_path(const Draft& draft, Text text) {
    const auto word = to_upper(text);
    if (word.empty()) {
        return Error{"is empty; expected a path, AUTO, NONE or SYSLOG"};
    }
    if (word == "AUTO" || word == "NONE" || word == "SYSLOG") {
        return word;
    }
    return word == "OFF" ? std::string("NONE") : path_of(draft, text);
}

Status apply_stats_enabled(Draft& draft, Text text) {
    const auto enabled = parse_stats_enabled(text);
    if (!enabled) {
        return enabled.error();
    }
    draft.options.stats_host = enabled->host;
    draft.options.stats_process = enabled->process;
    return {};
}

Result<std::string> parse_listen_host(Text text) {
    if (text.find_first_of(" \t\n,/") != Text::npos) {
        return Error{concat("'", text, "' is not the name or address of an interface")};
    }
    return std::string(text);
}

constexpr WholeRange kAnyCount{0, 1000000};

constexpr auto kFederation = std::to_array<OptionRule>({
    {"supvisors_list", [](Draft& d, Text t) { return assign(d.items, Result(split_list(t))); }},
    {"stereotypes",
     [](Draft& d, Text t) { return assign(d.options.stereotypes, Result(parse_names(t))); }},
    {"multicast_group",
     [](Draft& d, Text t) { return assign(d.options.multicast_group, parse_multicast_group(t)); },
     "discovery is off"},
    {"multicast_interface",
     [](Draft& d, Text t) {
         return assign(d.options.multicast_interface, parse_multicast_interface(t));
     },
     "any interface is taken"},
    {"multicast_ttl",
     [](Draft& d, Text t) {
         return assign(d.options.multicast_ttl, parse_whole(t, {0, 255}));
     },
     "1 is taken"},
    {"multicast_key",
     [](Draft& d, Text t) { return assign(d.options.multicast_key, parse_key_path(d, t)); }},
    {"discovery_expiry",
     [](Draft& d, Text t) {
         return assign(d.options.discovery_expiry, parse_seconds(t, {0, 31622400}));
     },
     "nobody is forgotten"},
    {"core_identifiers",
     [](Draft& d, Text t) { return assign(d.options.core_identifiers, Result(parse_names(t))); }},
    {"synchro_options",
     [](Draft& d, Text t) {
         return assign(d.options.synchro_options, parse_choices<SynchronizationOption>(t));
     }},
    {"synchro_timeout",
     [](Draft& d, Text t) {
         const auto seconds = parse_whole(t, {1, 1200});
         return seconds ? assign(d.options.synchro_timeout, Result(Duration{*seconds * 1000}))
                        : Status(Error{seconds.error().message + " (seconds)"});
     }},
    {"inactivity_ticks",
     [](Draft& d, Text t) {
         return assign(d.options.inactivity_ticks, parse_whole(t, {2, 720}));
     }},
    {"tick_period",
     [](Draft& d, Text t) {
         return assign(d.options.tick_period, parse_seconds(t, {0.2, 60}));
     }},
    {"restart_grace",
     [](Draft& d, Text t) {
         return assign(d.options.restart_grace, parse_seconds(t, {0, 600}));
     }},
    {"auto_fence", [](Draft& d, Text t) { return assign(d.options.auto_fence, parse_switch(t)); }},
    {"supvisors_failure_strategy",
     [](Draft& d, Text t) {
         return assign(d.options.supvisors_failure_strategy,
                       parse_choice<SupvisorsFailureStrategy>(t));
     }},
    {"no_quorum_policy",
     [](Draft& d, Text t) {
         return assign(d.options.no_quorum_policy, parse_choice<NoQuorumPolicy>(t));
     }},
    {"internal_port",
     [](Draft& d, Text t) { return assign(d.options.internal_port, parse_port(t)); }},
    {"federation_key",
     [](Draft& d, Text t) { return assign(d.options.federation_key, parse_key_path(d, t)); }},
    {"node_id", [](Draft& d, Text t) { return assign(d.options.node_id, plain(t)); }},
});

constexpr auto kApplications = std::to_array<OptionRule>({
    {"rules_files",
     [](Draft& d, Text t) { return assign(d.options.rules_files, parse_paths(d, t)); }},
    {"starting_strategy",
     [](Draft& d, Text t) {
         return assign(d.options.starting_strategy, parse_choice<StartingStrategy>(t));
     }},
    {"conciliation_strategy",
     [](Draft& d, Text t) {
         return assign(d.options.conciliation_strategy, parse_choice<ConciliationStrategy>(t));
     }},
    {"disabilities_file",
     [](Draft& d, Text t) { return assign(d.options.disabilities_file, parse_path(d, t)); }},
    {"orphans",
     [](Draft& d, Text t) { return assign(d.options.orphans, parse_choice<Orphans>(t)); }},
});

constexpr auto kInterfaces = std::to_array<OptionRule>({
    {"event_link",
     [](Draft& d, Text t) { return assign(d.options.event_link, parse_choice<EventLink>(t)); }},
    {"event_port", [](Draft& d, Text t) { return assign(d.options.event_port, parse_port(t)); }},
    {"api_host", [](Draft& d, Text t) { return assign(d.options.api_host, parse_listen_host(t)); }},
    {"api_port", [](Draft& d, Text t) { return assign(d.options.api_port, parse_port(t)); }},
    {"api_users", [](Draft& d, Text t) { return assign(d.options.api_users, plain(t)); }},
    {"api_certificate",
     [](Draft& d, Text t) { return assign(d.options.api_certificate, parse_path(d, t)); }},
    {"api_key", [](Draft& d, Text t) { return assign(d.options.api_key, parse_path(d, t)); }},
    {"listener_socket",
     [](Draft& d, Text t) { return assign(d.options.listener_socket, parse_path(d, t)); }},
    {"state_dir", [](Draft& d, Text t) { return assign(d.options.state_dir, parse_path(d, t)); }},
    {"overlay_dir",
     [](Draft& d, Text t) { return assign(d.options.overlay_dir, parse_path(d, t)); }},
    {"nudge", [](Draft& d, Text t) { return assign(d.options.nudge, parse_switch(t)); }},
    {"resync_period",
     [](Draft& d, Text t) {
         return assign(d.options.resync_period, parse_seconds(t, {1, 86400}));
     }},
});

constexpr auto kObservation = std::to_array<OptionRule>({
    {"stats_enabled", apply_stats_enabled},
    {"stats_collecting_period",
     [](Draft& d, Text t) {
         return assign(d.options.stats_collecting_period, parse_number(t, {1, 3600}));
     }},
    {"stats_periods",
     [](Draft& d, Text t) { return assign(d.options.stats_periods, parse_stats_periods(t)); }},
    {"stats_histo",
     [](Draft& d, Text t) {
         return assign(d.options.stats_histo, parse_whole(t, {10, 1500}));
     }},
    {"stats_irix_mode",
     [](Draft& d, Text t) { return assign(d.options.stats_irix_mode, parse_switch(t)); }},
    {"software_name", [](Draft& d, Text t) { return assign(d.options.software_name, plain(t)); }},
    {"software_icon",
     [](Draft& d, Text t) { return assign(d.options.software_icon, parse_path(d, t)); }},
    {"css_files", [](Draft& d, Text t) { return assign(d.options.css_files, parse_paths(d, t)); }},
    {"tail_limit", [](Draft& d, Text t) { return assign(d.options.tail_limit, parse_size(t)); }},
    {"tailf_limit", [](Draft& d, Text t) { return assign(d.options.tailf_limit, parse_size(t)); }},
    {"logfile", [](Draft& d, Text t) { return assign(d.options.logfile, parse_log_path(d, t)); }},
    {"logfile_maxbytes",
     [](Draft& d, Text t) { return assign(d.options.logfile_maxbytes, parse_size(t)); }},
    {"logfile_backups",
     [](Draft& d, Text t) { return assign(d.options.logfile_backups, parse_whole(t, kAnyCount)); }},
    {"loglevel",
     [](Draft& d, Text t) { return assign(d.options.loglevel, parse_choice<LogLevel>(t)); }},
});

constexpr auto kRules = [] {
    std::array<OptionRule,
               kFederation.size() + kApplications.size() + kInterfaces.size() + kObservation.size()>
        all{};
    std::size_t at = 0;
    const auto add = [&](const auto& rules) {
        for (const auto& rule : rules) {
            all[at++] = rule;
        }
    };
    add(kFederation);
    add(kApplications);
    add(kInterfaces);
    add(kObservation);
    return all;
}();

struct OldName {
    std::string_view name;
    std::string_view advice;
};
// Section 7 of the reference.
constexpr auto kOldNames = std::to_array<OldName>({
    {"address_list", "replaced by supvisors_list"},
    {"rules_file", "replaced by rules_files"},
    {"force_synchro_if", "replaced by core_identifiers"},
    {"supervisor.rpcinterface_factory", "there is no Python plugin any more: remove this line"},
});

}  // namespace

std::span<const OptionRule> option_rules() {
    return kRules;
}

std::vector<std::string> option_names() {
    std::vector<std::string> names;
    for (const auto& rule : kRules) {
        names.emplace_back(rule.name);
    }
    return names;
}

std::string hint_for(std::string_view unknown_name) {
    for (const auto& old : kOldNames) {
        if (old.name == unknown_name) {
            return std::string(old.advice);
        }
    }
    const auto near = nearest(unknown_name, option_names());
    return near ? concat("nearest name: ", *near) : std::string();
}

}  // namespace sup::config
