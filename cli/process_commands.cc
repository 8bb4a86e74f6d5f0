#include <algorithm>

#include "cli/commands.h"
#include "cli/prediction.h"
#include "cli/select.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

// The names from the word `first` on, or all (of that kind), sorted: they are handled one by one.
std::vector<std::string> select_processes(Session& session, const Arguments& arguments,
                                          std::size_t first, Which which) {
    auto names = arguments.selects_all(first) ? list_namespecs(session, which)
                                              : std::optional(arguments.from(first));
    if (!names) {
        return {};
    }
    std::sort(names->begin(), names->end());
    return std::move(*names);
}

void start_process(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "start_process", "start_process requires at least a strategy");
    }
    const auto strategy = read_starting_strategy(session, "start_process", arguments[0]);
    if (!strategy) {
        return;
    }
    for (const auto& name : select_processes(session, arguments, 1, Which::All)) {
        const auto result =
            session.ask("supvisors.start_process", parameters(*strategy, name), name);
        if (result) {
            session.print(concat(name, " started: ", result->text()));
        }
    }
}

void start_process_args(Session& session, const Arguments& arguments) {
    if (arguments.size() < 3) {
        return usage_error(session, "start_process_args",
                           "start_process_args requires a strategy, a program namespec and extra "
                           "arguments");
    }
    const auto strategy = read_starting_strategy(session, "start_process_args", arguments[0]);
    if (!strategy) {
        return;
    }
    const auto& name = arguments[1];
    const auto result = session.ask("supvisors.start_process",
                                    parameters(*strategy, name, arguments.text_from(2)), name);
    if (result) {
        session.print(concat(name, " started: ", result->text()));
    }
}

void start_any_process(Session& session, const Arguments& arguments) {
    if (arguments.size() < 2) {
        return usage_error(
            session, "start_any_process",
            "start_any_process requires a strategy and at least a regular expression");
    }
    const auto strategy = read_starting_strategy(session, "start_any_process", arguments[0]);
    if (!strategy) {
        return;
    }
    auto expressions = arguments.from(1);
    std::sort(expressions.begin(), expressions.end());
    for (const auto& expression : expressions) {
        const auto chosen =
            session.ask("supvisors.start_any_process", parameters(*strategy, expression),
                        concat("\"", expression, "\""));
        if (chosen) {
            session.print(concat(chosen->text(), " started"));
        }
    }
}

void start_any_process_args(Session& session, const Arguments& arguments) {
    constexpr std::string_view kName = "start_any_process_args";
    if (arguments.size() < 3) {
        return usage_error(
            session, kName,
            concat(kName, " requires a strategy, a regular expression and extra arguments"));
    }
    const auto strategy = read_starting_strategy(session, kName, arguments[0]);
    if (!strategy) {
        return;
    }
    const auto chosen = session.ask("supvisors.start_any_process",
                                    parameters(*strategy, arguments[1], arguments.text_from(2)),
                                    concat("\"", arguments[1], "\""));
    if (chosen) {
        session.print(concat(chosen->text(), " started"));
    }
}

void start_args(Session& session, const Arguments& arguments) {
    if (arguments.size() < 2) {
        return usage_error(session, "start_args",
                           "start_args requires a process name and extra arguments");
    }
    const auto& name = arguments[0];
    const auto result =
        session.ask("supvisors.start_args", parameters(name, arguments.text_from(1)), name);
    if (result) {
        session.print(concat(name, " started: ", result->text()));
    }
}

void stop_process(Session& session, const Arguments& arguments) {
    for (const auto& name : select_processes(session, arguments, 0, Which::Running)) {
        if (session.ask("supvisors.stop_process", parameters(name), name)) {
            session.print(concat(name, " stopped"));
        }
    }
}

void restart_process(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "restart_process",
                           "restart_process requires a strategy and a program name");
    }
    const auto strategy = read_starting_strategy(session, "restart_process", arguments[0]);
    if (!strategy) {
        return;
    }
    for (const auto& name : select_processes(session, arguments, 1, Which::All)) {
        const auto result =
            session.ask("supvisors.restart_process", parameters(*strategy, name), name);
        if (result) {
            session.print(concat(name, " restarted: ", result->text()));
        }
    }
}

void test_start_process(Session& session, const Arguments& arguments) {
    if (arguments.size() != 2) {
        return usage_error(session, "test_start_process",
                           "test_start_process requires one strategy and one namespec");
    }
    const auto strategy = read_starting_strategy(session, "test_start_process", arguments[0]);
    if (!strategy) {
        return;
    }
    const auto prediction = session.ask("supvisors.test_start_process",
                                        parameters(*strategy, arguments[1]), arguments[1]);
    if (prediction) {
        print_prediction(session, *prediction);
    }
}

constexpr Command kCommands[] = {
    {"start_process", start_process,
     "start_process <strategy> <proc> [<proc>]\tStart the named processes\n"
     "start_process <strategy> <appli>:*\tStart all processes of an application\n"
     "start_process <strategy> [all]\t\tStart all processes"},
    {"start_process_args", start_process_args,
     "start_process_args <strategy> <proc> <arg> [<arg>]\tStart a process with extra arguments"},
    {"start_any_process", start_any_process,
     "start_any_process <strategy> <regex> [<regex>]\tStart one process per regular expression"},
    {"start_any_process_args", start_any_process_args,
     "start_any_process_args <strategy> <regex> <arg> [<arg>]\tStart one process that matches, "
     "with extra arguments"},
    {"start_args", start_args,
     "start_args <proc> <arg> [<arg>]\t\tStart a process of the local instance with extra "
     "arguments"},
    {"stop_process", stop_process,
     "stop_process <proc> [<proc>]\t\tStop the named processes wherever they run\n"
     "stop_process <appli>:*\t\t\tStop all processes of an application\n"
     "stop_process [all]\t\t\tStop all processes that run"},
    {"restart_process", restart_process,
     "restart_process <strategy> <proc> [<proc>]\tRestart the named processes\n"
     "restart_process <strategy> <appli>:*\tRestart all processes of an application\n"
     "restart_process <strategy> [all]\tRestart all processes"},
    {"test_start_process", test_start_process,
     "test_start_process <strategy> <proc>\tShow where the process would be started\n"
     "test_start_process <strategy> <appli>:*\tShow where those of an application would be"},
};

}  // namespace

std::span<const Command> process_commands() {
    return kCommands;
}

}  // namespace sup::cli
