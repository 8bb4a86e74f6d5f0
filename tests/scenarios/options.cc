#include "tests/scenarios/options.h"

#include <functional>
#include <map>
#include <stdexcept>

#include "common/base/text.h"

namespace sup::scenarios {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& text) {
    throw std::runtime_error(concat("'", text, "' is not ", what));
}

template <typename Enum>
Enum parse_enum(const std::string& text) {
    if (const auto value = parse_name<Enum>(text)) {
        return *value;
    }
    refuse(concat("one of ", join(names_of<Enum>(), " ")), text);
}

int parse_number(const std::string& text) {
    if (const auto number = parse_integer(text)) {
        return static_cast<int>(*number);
    }
    refuse("a number", text);
}

bool parse_yes(const std::string& text) {
    if (text != "yes" && text != "no") {
        refuse("yes or no", text);
    }
    return text == "yes";
}

using Apply = std::function<void(core::Settings&, const std::string&)>;

const std::map<std::string, Apply>& setting_table() {
    static const std::map<std::string, Apply> kTable = {
        {"core", [](auto& s, auto& v) { s.core_identifiers = split_list(v); }},
        {"sync",
         [](auto& s, auto& v) {
             s.synchro_options.clear();
             for (const auto& item : split_list(v)) {
                 s.synchro_options.push_back(parse_enum<SynchronizationOption>(item));
             }
         }},
        {"timeout", [](auto& s, auto& v) { s.synchro_timeout = parse_duration(v); }},
        {"tick", [](auto& s, auto& v) { s.tick_period = parse_duration(v); }},
        {"inactivity", [](auto& s, auto& v) { s.inactivity_ticks = parse_number(v); }},
        {"grace", [](auto& s, auto& v) { s.restart_grace = parse_duration(v); }},
        {"fence", [](auto& s, auto& v) { s.auto_fence = parse_yes(v); }},
        {"strategy",
         [](auto& s, auto& v) { s.starting_strategy = parse_enum<StartingStrategy>(v); }},
        {"conciliation",
         [](auto& s, auto& v) { s.conciliation_strategy = parse_enum<ConciliationStrategy>(v); }},
        {"failure",
         [](auto& s, auto& v) {
             s.supvisors_failure_strategy = parse_enum<SupvisorsFailureStrategy>(v);
         }},
        {"quorum", [](auto& s, auto& v) { s.no_quorum_policy = parse_enum<NoQuorumPolicy>(v); }},
        {"stereotypes", [](auto& s, auto& v) { s.stereotypes = split_list(v); }},
        {"orphans", [](auto& s, auto& v) { s.kill_orphans = v == "KILL"; }},
        {"run_by", [](auto& s, auto& v) { s.run_by_supervisor = v == "supervisord"; }},
        {"nudge", [](auto& s, auto& v) { s.nudge = parse_yes(v); }},
        {"overlay", [](auto& s, auto& v) { s.has_overlay = parse_yes(v); }},
        // Discovery: who has the same group hears each other.
        {"multicast",
         [](auto& s, auto& v) {
             s.discovery = !v.empty();
             s.shared_options["multicast_group"] = v;
         }},
        {"resync", [](auto& s, auto& v) { s.resync_period = parse_duration(v); }},
        {"expiry", [](auto& s, auto& v) { s.discovery_expiry = parse_duration(v); }},
    };
    return kTable;
}

// The same words that the shell puts into a handshake.
void share(core::Settings& settings) {
    auto& shared = settings.shared_options;
    shared["auto_fence"] = settings.auto_fence ? "true" : "false";
    shared["starting_strategy"] = name_of(settings.starting_strategy);
    shared["conciliation_strategy"] = name_of(settings.conciliation_strategy);
    shared["supvisors_failure_strategy"] = name_of(settings.supvisors_failure_strategy);
    shared["core_identifiers"] = join(settings.core_identifiers, ",");
}

Wait parse_wait(const Words& words) {
    return words.option("wait", "yes") == "no" ? Wait::No : Wait::Yes;
}

StartingStrategy parse_strategy(const Words& words) {
    return parse_enum<StartingStrategy>(words.option("strategy", "CONFIG"));
}

}  // namespace

Duration parse_duration(const std::string& text) {
    std::size_t end = 0;
    double number = 0;
    try {
        number = std::stod(text, &end);
    } catch (const std::exception&) {
        refuse("a duration such as 1.5s, 300ms or 2min", text);
    }
    const auto unit = text.substr(end);
    const double factor = unit == "ms" ? 1 : unit == "min" ? 60'000 : 1000;
    if (!unit.empty() && unit != "ms" && unit != "s" && unit != "min") {
        refuse("a duration such as 1.5s, 300ms or 2min", text);
    }
    return {static_cast<std::int64_t>(number * factor + 0.5)};
}

void apply_settings(const Words& words, core::Settings& settings) {
    for (const auto& [name, value] : words.options) {
        const auto entry = setting_table().find(name);
        if (entry == setting_table().end()) {
            refuse("an option of a fleet", name);
        }
        entry->second(settings, value);
    }
    share(settings);
}

ProcessName parse_process(const std::string& text) {
    const auto namespec = parse_namespec(text);
    return {namespec.group, namespec.name};
}

void apply_behaviour(const Words& words, sim::ProgramModel& program) {
    if (words.has("stop")) {
        const auto stop = words.option("stop");
        program.behaviour.stop_takes =
            stop == "ignores" ? sim::Behaviour::kIgnores : parse_duration(stop);
    }
    if (words.has("ends")) {
        const auto ends = words.option("ends");
        program.behaviour.ends_after =
            ends == "never" ? std::nullopt : std::optional(parse_duration(ends));
    }
    if (words.has("code")) {
        program.behaviour.exit_code = parse_number(words.option("code"));
    }
    if (words.has("missing")) {
        program.missing = parse_yes(words.option("missing"));
    }
}

std::vector<sim::ProgramModel> parse_programs(const Words& words) {
    static const std::map<std::string, ProcessConfig::Autorestart> kAutorestart = {
        {"never", ProcessConfig::Autorestart::Never},
        {"unexpected", ProcessConfig::Autorestart::Unexpected},
        {"always", ProcessConfig::Autorestart::Always}};
    const auto name = parse_process(words.at(1));
    const int copies = parse_number(words.option("copies", "0"));
    sim::ProgramModel program;
    auto& config = program.config;
    config.program = name.name;
    config.startsecs = parse_duration(words.option("startsecs", "1"));
    config.stopwaitsecs = parse_duration(words.option("stopwaitsecs", "10"));
    config.autorestart = kAutorestart.at(words.option("autorestart", "unexpected"));
    config.autostart = parse_yes(words.option("autostart", "no"));
    // Where it is written, and whether its command runs through supvisors-exec.
    config.command = concat("/usr/bin/", name.name);
    config.command_place = "/etc/supervisord.conf:7";
    config.arguments_dir = words.option("exec");
    program.startretries = parse_number(words.option("retries", "3"));
    apply_behaviour(words, program);
    std::vector<sim::ProgramModel> programs;
    for (int i = 0; i < std::max(copies, 1); ++i) {
        config.process = {name.group, copies == 0 ? name.name : concat(name.name, "_", i)};
        config.index = i;
        config.numbered = copies != 0;
        config.section = "program:" + config.program;
        programs.push_back(program);
    }
    return programs;
}

std::optional<LocalRequest> parse_local_request(const Words& words) {
    const auto& verb = words.at(2);
    if (verb == "enable") {
        return EnableProgram{words.at(3), parse_wait(words)};
    }
    if (verb == "disable") {
        return DisableProgram{words.at(3), parse_wait(words)};
    }
    if (verb == "forget_instance") {
        return ForgetInstance{words.at(3)};
    }
    if (verb == "update_numprocs") {
        const auto number = parse_integer(words.at(4)).value_or(0);
        return UpdateNumprocs{
            words.at(3),
            static_cast<std::int32_t>(number),
            words.at(4),
            parse_wait(words),
            words.option("lazy", "no") == "yes" ? Removal::Lazy : Removal::Stop,
            words.option("force", "no") == "yes" ? Interruption::Allowed : Interruption::Refused};
    }
    return std::nullopt;
}

Request parse_request(const Words& words) {
    const auto& verb = words.at(2);
    const auto wait = parse_wait(words);
    const auto args = words.option("args");
    if (verb == "start_application") {
        return StartApplication{parse_strategy(words), words.at(3), wait};
    }
    if (verb == "stop_application") {
        return StopApplication{words.at(3), wait};
    }
    if (verb == "restart_application") {
        return RestartApplication{parse_strategy(words), words.at(3), wait};
    }
    if (verb == "start_process") {
        return StartProcess{parse_strategy(words), parse_namespec(words.at(3)), args, wait};
    }
    if (verb == "start_any_process") {
        return StartAnyProcess{parse_strategy(words), words.at(3), args, wait};
    }
    if (verb == "start_args") {
        return StartArgs{parse_namespec(words.at(3)), args, wait};
    }
    if (verb == "stop_process") {
        return StopProcess{parse_namespec(words.at(3)), wait};
    }
    if (verb == "restart_process") {
        return RestartProcess{parse_strategy(words), parse_namespec(words.at(3)), args, wait};
    }
    if (verb == "restart_sequence") {
        return RestartSequence{wait};
    }
    if (verb == "conciliate") {
        return Conciliate{parse_enum<ConciliationStrategy>(words.at(3))};
    }
    if (verb == "restart") {
        return RestartFederation{};
    }
    if (verb == "shutdown") {
        return ShutdownFederation{};
    }
    if (verb == "end_sync") {
        return EndSync{words.plain.size() > 3 ? words.at(3) : ""};
    }
    refuse("a request", verb);
}

}  // namespace sup::scenarios
