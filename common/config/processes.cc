#include "common/config/processes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "common/base/text.h"
#include "common/config/conversions.h"
#include "common/config/programs.h"
#include "common/config/section_reader.h"

namespace sup::config {
namespace {

struct Group {
    std::string name;
    Place place;
    std::int64_t priority = 0;
    std::vector<ProcessConfig> processes;
};

constexpr std::string_view kGroup = "group:";
constexpr std::string_view kProgram = "program:";
constexpr std::string_view kFastCgi = "fcgi-program:";
constexpr std::string_view kListener = "eventlistener:";

constexpr std::array<std::string_view, 27> kEventTypes = {"EVENT",
                                                          "PROCESS_STATE",
                                                          "PROCESS_STATE_STOPPED",
                                                          "PROCESS_STATE_EXITED",
                                                          "PROCESS_STATE_STARTING",
                                                          "PROCESS_STATE_STOPPING",
                                                          "PROCESS_STATE_BACKOFF",
                                                          "PROCESS_STATE_FATAL",
                                                          "PROCESS_STATE_RUNNING",
                                                          "PROCESS_STATE_UNKNOWN",
                                                          "PROCESS_COMMUNICATION",
                                                          "PROCESS_COMMUNICATION_STDOUT",
                                                          "PROCESS_COMMUNICATION_STDERR",
                                                          "PROCESS_LOG",
                                                          "PROCESS_LOG_STDOUT",
                                                          "PROCESS_LOG_STDERR",
                                                          "REMOTE_COMMUNICATION",
                                                          "SUPERVISOR_STATE_CHANGE",
                                                          "SUPERVISOR_STATE_CHANGE_RUNNING",
                                                          "SUPERVISOR_STATE_CHANGE_STOPPING",
                                                          "TICK",
                                                          "TICK_5",
                                                          "TICK_60",
                                                          "TICK_3600",
                                                          "PROCESS_GROUP",
                                                          "PROCESS_GROUP_ADDED",
                                                          "PROCESS_GROUP_REMOVED"};

std::string after_colon(std::string_view section) {
    return std::string(section.substr(section.find(':') + 1));
}

// Walks once over the sections, in supervisord's order of kinds.
class Reading {
public:
    Reading(const Document& document, Problems& problems)
        : document_(document), problems_(problems) {}

    std::vector<Group> run() {
        each_section(kGroup, [&](const auto& section) { read_group(section); });
        each_section(kProgram, [&](const auto& section) { read_program_section(section); });
        each_section(kListener, [&](const auto& section) { read_listener(section); });
        each_section(kFastCgi, [&](const auto& section) { read_fast_cgi(section); });
        std::stable_sort(groups_.begin(), groups_.end(), [](const auto& a, const auto& b) {
            return a.priority != b.priority ? a.priority < b.priority : a.name < b.name;
        });
        return std::move(groups_);
    }

private:
    template <typename Action>
    void each_section(std::string_view prefix, Action action) {
        for (const auto& section : document_.ini.sections()) {
            if (section.name.starts_with(prefix) && !in_groups_.contains(section.name)) {
                action(section);
            }
        }
    }

    void add(const IniSection& section, Group group) {
        group.place = section.place;
        groups_.push_back(std::move(group));
    }

    void refuse(const IniSection& section, std::string_view what) {
        problems_.error(section.place, concat("[", section.name, "] ", what));
    }

    void read_group(const IniSection& section) {
        const auto name = to_entity_name(after_colon(section.name));
        if (!name) {
            return refuse(section, name.error().message);
        }
        SectionReader reader(document_, section, problems_);
        Group group{*name, {}, reader.get("priority", std::int64_t{999}, to_integer), {}};
        for (const auto& program : comma_pieces(reader.text("programs").value_or(""))) {
            const auto use = find_member(reader, program);
            if (use.empty()) {
                continue;
            }
            in_groups_.insert(use);
            const auto kind =
                use.starts_with(kFastCgi) ? ProgramKind::FastCgi : ProgramKind::Program;
            for (auto& process : read_program(document_, {use, *name, kind}, problems_)) {
                group.processes.push_back(std::move(process));
            }
        }
        add(section, std::move(group));
    }

    // The section of a member; empty, and an error, when there is none or there are two.
    std::string find_member(SectionReader& reader, const std::string& program) {
        const auto plain = concat(kProgram, program);
        const auto fast_cgi = concat(kFastCgi, program);
        const bool is_plain = document_.ini.find_section(plain) != nullptr;
        const bool is_fast_cgi = document_.ini.find_section(fast_cgi) != nullptr;
        if (is_plain && is_fast_cgi) {
            reader.fail("programs", concat("'", program, "' is both a program and a fcgi-program"));
            return {};
        }
        if (is_plain || is_fast_cgi) {
            return is_plain ? plain : fast_cgi;
        }
        const auto near = nearest(program, program_names());
        reader.fail("programs", concat("'", program, "' is not a program or fcgi-program",
                                       near ? concat("; nearest name: ", *near) : ""));
        return {};
    }

    std::vector<std::string> program_names() const {
        std::vector<std::string> names;
        for (const auto& section : document_.ini.sections()) {
            if (section.name.starts_with(kProgram) || section.name.starts_with(kFastCgi)) {
                names.push_back(after_colon(section.name));
            }
        }
        return names;
    }

    void read_program_section(const IniSection& section) {
        const auto name = to_entity_name(after_colon(section.name));
        if (!name) {
            return refuse(section, name.error().message);
        }
        SectionReader reader(document_, section, problems_);
        const auto priority = reader.get("priority", std::int64_t{999}, to_integer);
        add(section,
            {*name, {}, priority, read_program(document_, {section.name, *name}, problems_)});
    }

    void read_listener(const IniSection& section) {
        const auto name = after_colon(section.name);
        SectionReader reader(document_, section, problems_);
        const auto priority = reader.get("priority", std::int64_t{-1}, to_integer);
        if (reader.get("buffer_size", std::int64_t{10}, to_integer) < 1) {
            reader.fail("buffer_size", "is not at least 1");
        }
        reader.text("result_handler");
        check_events(reader);
        if (reader.get("redirect_stderr", false, to_boolean)) {
            reader.fail("redirect_stderr", "cannot be true: it breaks the protocol of listeners");
        }
        add(section,
            {name,
             {},
             priority,
             read_program(document_, {section.name, name, ProgramKind::EventListener}, problems_)});
    }

    void check_events(SectionReader& reader) {
        const auto events = comma_pieces(reader.text("events").value_or(""));
        if (events.empty()) {
            reader.fail("events", "is missing; expected a list such as PROCESS_STATE,TICK_5");
        }
        for (const auto& event : events) {
            const auto known = std::find(kEventTypes.begin(), kEventTypes.end(), to_upper(event));
            if (known == kEventTypes.end() && !has_plugins()) {
                reader.fail("events", concat("'", event, "' is not a type of event"));
            }
        }
    }

    // A plugin of supervisord may add types of events.
    bool has_plugins() const {
        const auto& sections = document_.ini.sections();
        return std::any_of(sections.begin(), sections.end(), [](const auto& section) {
            return section.name.starts_with("rpcinterface:") &&
                   section.name != "rpcinterface:supervisor";
        });
    }

    void read_fast_cgi(const IniSection& section) {
        const auto name = to_entity_name(after_colon(section.name));
        if (!name) {
            return refuse(section, name.error().message);
        }
        SectionReader reader(document_, section, problems_);
        const auto priority = reader.get("priority", std::int64_t{999}, to_integer);
        reader.text("user");
        check_backlog(reader);
        const auto owner = reader.text("socket_owner");
        reader.check("socket_mode", to_octal);
        reader.define("program_name", *name);
        check_socket(reader, owner.has_value() || reader.find("socket_mode") != nullptr
                                 ? Protection::Set
                                 : Protection::Unset);
        add(section,
            {*name,
             {},
             priority,
             read_program(document_, {section.name, *name, ProgramKind::FastCgi}, problems_)});
    }

    static void check_backlog(SectionReader& reader) {
        const auto backlog = reader.get("socket_backlog", std::int64_t{1}, to_integer);
        if (backlog < 1 || backlog > 65535) {
            reader.fail("socket_backlog", concat(backlog, " is not between 1 and 65535"));
        }
    }

    enum class Protection { Unset, Set };  // whether an owner or a mode is given

    static void check_socket(SectionReader& reader, Protection protection) {
        const auto socket = reader.text("socket").value_or("");
        if (socket.empty()) {
            reader.fail("socket", "is missing; expected unix:///path or tcp://host:port");
        } else if (socket.starts_with("unix://")) {
            if (!socket.starts_with("unix:///")) {
                reader.fail("socket", concat("'", socket, "' is not an absolute path"));
            }
        } else if (protection == Protection::Set) {
            reader.fail("socket", "socket_owner and socket_mode are only for unix:// sockets");
        } else if (!is_tcp(socket)) {
            reader.fail("socket", concat("'", socket, "' is not unix:///path or tcp://host:port"));
        }
    }

    static bool is_tcp(std::string_view socket) {
        if (!socket.starts_with("tcp://")) {
            return false;
        }
        socket.remove_prefix(6);
        const auto colon = socket.find(':');
        const auto digits = colon == std::string_view::npos ? "" : socket.substr(colon + 1);
        return colon != 0 && !digits.empty() &&
               digits.find_first_not_of("0123456789") == std::string_view::npos &&
               socket.find_first_of(" \t\r\n") == std::string_view::npos;
    }

    const Document& document_;
    Problems& problems_;
    std::set<std::string, std::less<>> in_groups_;  // sections that a [group:x] holds
    std::vector<Group> groups_;
};

// Of two processes of the same name in a group, the last one is run.
void append_unique(const Group& group, std::vector<ProcessConfig>& out, Problems& problems) {
    std::map<std::string, std::size_t> places;
    for (const auto& process : group.processes) {
        const auto [known, is_new] = places.emplace(process.process.name, out.size());
        if (is_new) {
            out.push_back(process);
            continue;
        }
        problems.warn(group.place,
                      concat("group '", group.name, "' holds two processes named '",
                             process.process.name, "'; supervisord runs the last one"));
        out[known->second] = process;
    }
}

bool is_infrastructure(const Group& group) {
    return std::any_of(group.processes.begin(), group.processes.end(),
                       [](const ProcessConfig& process) { return process.is_infrastructure(); });
}

// supervisord stops its groups one after the other, that of the smallest priority last. An agent or
// a relay that it stops before the others cannot tell the federation what ends.
void warn_stopped_early(const std::vector<Group>& groups, Problems& problems) {
    const auto other = std::find_if_not(groups.begin(), groups.end(), is_infrastructure);
    if (other == groups.end()) {
        return;
    }
    for (const auto& group : groups) {
        if (is_infrastructure(group) && group.priority >= other->priority) {
            problems.warn(group.place,
                          concat("group '", group.name, "' of priority ", group.priority,
                                 " is stopped before group '", other->name,
                                 "': what ends then is told to nobody; expected a priority less "
                                 "than ",
                                 other->priority));
        }
    }
}

}  // namespace

std::vector<ProcessConfig> read_processes(const Document& document, Problems& problems) {
    std::vector<ProcessConfig> processes;
    std::set<std::string, std::less<>> names;
    const auto groups = Reading(document, problems).run();
    warn_stopped_early(groups, problems);
    for (const auto& group : groups) {
        if (names.insert(group.name).second) {
            append_unique(group, processes, problems);
        } else {
            problems.warn(group.place, concat("there are two groups named '", group.name,
                                              "'; supervisord ignores this one"));
        }
    }
    return processes;
}

}  // namespace sup::config
