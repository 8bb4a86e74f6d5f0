#include "common/config/programs.h"

#include <algorithm>

#include "common/base/shell_words.h"
#include "common/base/text.h"
#include "common/config/conversions.h"
#include "common/config/key_values.h"
#include "common/config/paths.h"
#include "common/config/section_reader.h"
#include "common/model/extra_arguments.h"

namespace sup::config {
namespace {

constexpr std::int64_t kMaxProcesses = 100000;

// What the section says once for all its processes.
struct Program {
    ProcessConfig common;
    std::string process_name;  // still with its %(process_num)d
    std::string environment;
    std::int64_t count = 1;
    std::int64_t first = 0;
    bool redirects_stderr = false;
};

// The values that change nothing for us, but make supervisord refuse the file.
void check_others(SectionReader& reader) {
    reader.check("priority", to_integer);
    reader.check("startretries", to_integer);
    reader.check("stopsignal", to_signal);
    reader.check("exitcodes", to_exit_codes);
    const bool stops_group = reader.get("stopasgroup", false, to_boolean);
    const bool kills_group = reader.get("killasgroup", stops_group, to_boolean);
    if (stops_group && !kills_group) {
        reader.fail("killasgroup", "cannot be false when stopasgroup is true");
    }
    for (const auto* option : {"stdout_capture_maxbytes", "stderr_capture_maxbytes"}) {
        reader.check(option, to_byte_size);
    }
    for (const auto* option : {"stdout_events_enabled", "stderr_events_enabled"}) {
        reader.check(option, to_boolean);
    }
    reader.text("serverurl");
    reader.text("user");
    reader.check("umask", to_octal);
}

Program read_common(SectionReader& reader, const ProgramUse& use) {
    Program program;
    auto& common = program.common;
    common.process.group = use.group;
    common.section = use.section;
    common.autostart = reader.get("autostart", true, to_boolean);
    common.autorestart =
        reader.get("autorestart", ProcessConfig::Autorestart::Unexpected, to_autorestart);
    common.startsecs = reader.get("startsecs", common.startsecs, to_seconds);
    common.stopwaitsecs = reader.get("stopwaitsecs", common.stopwaitsecs, to_seconds);
    program.redirects_stderr = reader.get("redirect_stderr", false, to_boolean);
    program.count = reader.get("numprocs", program.count, to_integer);
    program.first = reader.get("numprocs_start", program.first, to_integer);
    program.environment = reader.raw("environment").value_or("");
    check_others(reader);
    const auto name = to_entity_name(reader.raw("process_name").value_or("%(program_name)s"));
    if (!name) {
        reader.fail("process_name", name.error().message);
        return program;
    }
    program.process_name = *name;
    common.numbered = name->find("%(process_num)") != std::string::npos;
    if (program.count > 1 && !common.numbered) {
        reader.fail("process_name", concat("'", *name, "' does not hold %(process_num)d, which is ",
                                           "needed when numprocs is more than 1"));
    }
    if (program.count > kMaxProcesses) {
        reader.fail("numprocs", concat(program.count, " is more than ", kMaxProcesses));
    }
    return program;
}

enum class Stream { Stdout, Stderr };

// Whether a log file is configured for the stream.
bool has_log_file(SectionReader& reader, Stream stream) {
    const std::string prefix = stream == Stream::Stdout ? "stdout" : "stderr";
    const auto option = prefix + "_logfile";
    reader.check(prefix + "_logfile_backups", to_integer);
    reader.check(prefix + "_logfile_maxbytes", to_byte_size);
    reader.check(prefix + "_syslog", to_boolean);
    auto value = reader.text(option);
    if (!value) {
        return true;
    }
    // supervisord expands this one twice.
    value = reader.expanded(option, *value);
    const auto word = to_lower(value.value_or(""));
    return !word.empty() && word != "none" && word != "off" && word != "syslog";
}

ProcessConfig::Role role_of(ProgramKind kind, std::string_view command) {
    using Role = ProcessConfig::Role;
    if (kind == ProgramKind::Program && does_command_run(command, "supvisors-agent")) {
        return Role::Agent;
    }
    return kind == ProgramKind::EventListener && does_command_run(command, "supvisors-listener")
               ? Role::Relay
               : Role::Application;
}

// Where supvisors-exec, if the command runs through it, looks for extra arguments: what it does
// itself when it starts.
std::string arguments_dir_of(std::string_view command, const SectionReader& reader) {
    const auto words = split_words(command);
    if (!words || !does_command_run(command, kExecProgram)) {
        return {};
    }
    const auto shim = std::find_if(words->begin(), words->end(), [](const std::string& word) {
        return path_base_name(word) == kExecProgram;
    });
    if (shim == words->end()) {
        return {};
    }
    if (words->end() - shim > 2 && *(shim + 1) == "-d") {
        return normalize_path(*(shim + 2));
    }
    const auto variable = reader.names().find(concat("ENV_", kStateDirVariable));
    const auto* set =
        variable == reader.names().end() ? nullptr : std::get_if<std::string>(&variable->second);
    const bool is_set = set != nullptr && !set->empty();
    return is_set ? normalize_path(*set) : std::string(kDefaultStateDir);
}

// The environment of the program may be referred to by what follows it.
KeyValues define_environment(SectionReader& reader, const Program& program) {
    const auto text = reader.expanded("environment", program.environment);
    if (!text) {
        return {};
    }
    const auto pairs = parse_key_values(*text);
    if (!pairs) {
        reader.fail("environment", pairs.error().message);
        return {};
    }
    for (const auto& [key, value] : *pairs) {
        reader.define(concat("ENV_", key), value);
    }
    return *pairs;
}

// The environment of one process must not show through in the next one, but for variables that only
// the program defines: supervisord leaves those.
void restore_environment(SectionReader& reader, const KeyValues& defined,
                         const Expansions& environment) {
    for (const auto& [key, value] : defined) {
        if (const auto found = environment.find(concat("ENV_", key)); found != environment.end()) {
            reader.define(found->first, found->second);
        }
    }
}

ProcessConfig read_process(SectionReader& reader, const Program& program, ProgramKind kind) {
    ProcessConfig process = program.common;
    reader.text("directory");
    process.has_stdout = has_log_file(reader, Stream::Stdout);
    process.has_stderr = has_log_file(reader, Stream::Stderr) && !program.redirects_stderr;
    const auto command = reader.text("command");
    process.role = role_of(kind, command.value_or(""));
    const auto place = reader.place_of("command");
    process.command = reader.raw("command").value_or("");
    process.command_place = concat(place.file, ':', place.line);
    process.arguments_dir = arguments_dir_of(command.value_or(""), reader);
    process.process.name = reader.expanded("process_name", program.process_name).value_or("");
    return process;
}

}  // namespace

std::vector<ProcessConfig> read_program(const Document& document, const ProgramUse& use,
                                        Problems& problems) {
    const auto& section = *document.ini.find_section(use.section);
    SectionReader reader(document, section, problems);
    const auto name =
        to_entity_name(std::string_view(use.section).substr(use.section.find(':') + 1));
    if (!name) {
        problems.error(section.place, concat("[", use.section, "] ", name.error().message));
        return {};
    }
    reader.define("program_name", *name);
    reader.define("group_name", use.group);
    reader.define("host_node_name", document.hostname);
    auto program = read_common(reader, use);
    program.common.program = *name;
    reader.define("numprocs", program.count);
    if (program.count > 0 && reader.find("command") == nullptr) {
        reader.fail("command", "is missing");
    }

    std::vector<ProcessConfig> processes;
    KeyValues defined;
    for (std::int64_t rank = 0; rank < program.count && !reader.has_failed(); ++rank) {
        restore_environment(reader, defined, document.environment);
        reader.define("process_num", program.first + rank);
        defined = define_environment(reader, program);
        processes.push_back(read_process(reader, program, use.kind));
        processes.back().index = static_cast<std::int32_t>(rank);
    }
    std::stable_sort(processes.begin(), processes.end(),
                     [](const auto& a, const auto& b) { return a.process.name < b.process.name; });
    return reader.has_failed() ? std::vector<ProcessConfig>{} : processes;
}

}  // namespace sup::config
