#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cli/session.h"

// Every command of supvisorsctl is one row: its name, who carries it out, its help. A family of
// commands is one file with its rows at the end.
namespace sup::cli {

enum class Plugin { Default, Supvisors };
// What is checked before the handler runs.
enum class Precheck { None, Supervisor, Supvisors };

struct Command {
    std::string_view name;
    void (*run)(Session& session, const Arguments& arguments);
    // Lines `<syntax><tabs><sentence>`.
    std::string_view help;
    Precheck precheck = Precheck::Supvisors;
};

std::span<const Command> status_commands();
std::span<const Command> rules_commands();
std::span<const Command> control_commands();
std::span<const Command> statistics_commands();
std::span<const Command> application_commands();
std::span<const Command> process_commands();
std::span<const Command> everywhere_commands();
std::span<const Command> program_commands();
std::span<const Command> plan_commands();

std::span<const Command> stock_status_commands();
std::span<const Command> stock_process_commands();
std::span<const Command> stock_group_commands();
std::span<const Command> stock_log_commands();
std::span<const Command> stock_foreground_commands();
std::span<const Command> stock_server_commands();

const Command* find_command(std::string_view name);
std::vector<std::string> command_names(Plugin plugin);

// Runs one line, command included. Whether the shell goes on.
enum class Next { Continue, Quit };
Next run_line(Session& session, std::string_view line);

// How the command is used; without topic, which commands there are.
void help(Session& session, std::string_view topic);

// A wrong use: `ERROR: <what>`, then the help of the command; status 2.
void usage_error(Session& session, std::string_view command, std::string_view what);

}  // namespace sup::cli
