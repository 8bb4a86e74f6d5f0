#include "cli/commands.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace sup::cli {
namespace {

struct Family {
    Plugin plugin;
    std::span<const Command> commands;
};

const std::vector<Family>& families() {
    static const std::vector<Family> kFamilies = {
        {Plugin::Default, stock_status_commands()},     {Plugin::Default, stock_process_commands()},
        {Plugin::Default, stock_group_commands()},      {Plugin::Default, stock_log_commands()},
        {Plugin::Default, stock_foreground_commands()}, {Plugin::Default, stock_server_commands()},
        {Plugin::Supvisors, status_commands()},         {Plugin::Supvisors, rules_commands()},
        {Plugin::Supvisors, control_commands()},        {Plugin::Supvisors, statistics_commands()},
        {Plugin::Supvisors, application_commands()},    {Plugin::Supvisors, process_commands()},
        {Plugin::Supvisors, everywhere_commands()},     {Plugin::Supvisors, program_commands()},
        {Plugin::Supvisors, plan_commands()},
    };
    return kFamilies;
}

// What the shell does by itself.
struct ShellWord {
    std::string_view name;
    std::string_view help;
};
constexpr std::array<ShellWord, 4> kShellWords{{
    {"help", "help\t\tList the commands\nhelp <command>\tTell how a command is used"},
    {"quit", "quit\tLeave the shell"},
    {"exit", "exit\tLeave the shell"},
    {"EOF", "Type Ctrl-D, or quit, to leave the shell"},
}};

void print_lines(Session& session, std::string_view text) {
    for (const auto& line : split(text, '\n')) {
        session.print(line);
    }
}

void print_topics(Session& session, Plugin plugin) {
    const auto header = concat(plugin == Plugin::Default ? "default" : "supvisors",
                               " commands (type help <topic>):");
    session.print("");
    session.print(header);
    session.print(std::string(header.size(), '='));
    for (const auto& line : in_columns(command_names(plugin))) {
        session.print(line);
    }
    session.print("");
}

bool passes(Session& session, Precheck precheck) {
    switch (precheck) {
        case Precheck::None:
            return true;
        case Precheck::Supervisor:
            return session.check_supervisor();
        case Precheck::Supvisors:
            return session.check_supvisors();
    }
    return true;
}

bool is_command_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_';
}

}  // namespace

void help(Session& session, std::string_view topic) {
    if (topic.empty()) {
        print_topics(session, Plugin::Default);
        print_topics(session, Plugin::Supvisors);
        return;
    }
    for (const auto& word : kShellWords) {
        if (word.name == topic) {
            return print_lines(session, word.help);
        }
    }
    if (const auto* command = find_command(topic)) {
        return print_lines(session, command->help);
    }
    session.print(concat("*** No help on ", topic));
}

const Command* find_command(std::string_view name) {
    for (const auto& family : families()) {
        for (const auto& command : family.commands) {
            if (command.name == name) {
                return &command;
            }
        }
    }
    return nullptr;
}

std::vector<std::string> command_names(Plugin plugin) {
    std::vector<std::string> names;
    for (const auto& family : families()) {
        if (family.plugin == plugin) {
            for (const auto& command : family.commands) {
                names.emplace_back(command.name);
            }
        }
    }
    if (plugin == Plugin::Default) {
        names.insert(names.end(), {"quit", "exit"});
    }
    std::sort(names.begin(), names.end());
    return names;
}

Next run_line(Session& session, std::string_view line) {
    line = trim(line);
    if (line.empty()) {
        return Next::Continue;
    }
    if (line.front() == '?') {
        help(session, trim(line.substr(1)));
        return Next::Continue;
    }
    const auto name_end = std::find_if_not(line.begin(), line.end(), is_command_letter);
    const auto name = line.substr(0, static_cast<std::size_t>(name_end - line.begin()));
    const auto rest = trim(line.substr(name.size()));
    session.begin_command();
    if (name == "quit" || name == "exit" || name == "EOF") {
        session.print("");
        return Next::Quit;
    }
    if (name == "help") {
        help(session, rest);
    } else if (const auto* command = find_command(name)) {
        if (passes(session, command->precheck)) {
            command->run(session, Arguments(rest));
        } else if (name == "status") {
            session.fail(status::kUnknownProcess);  // as the stock command, whatever the reason
        }
    } else {
        session.fail(status::kGeneric, concat("*** Unknown syntax: ", line));
    }
    return Next::Continue;
}

void usage_error(Session& session, std::string_view command, std::string_view what) {
    session.fail(status::kBadArguments, concat("ERROR: ", what));
    help(session, command);
}

}  // namespace sup::cli
