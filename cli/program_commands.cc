#include <limits>

#include "cli/commands.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

// A number of processes, or a usage error and nothing.
std::optional<int> read_numprocs(Session& session, const Arguments& arguments,
                                 std::string_view command) {
    if (arguments.size() < 2) {
        usage_error(session, command,
                    concat(command, " requires a program name and a numprocs values"));
        return std::nullopt;
    }
    const auto number = parse_integer(arguments[1]);
    if (!number || *number <= 0 || *number > std::numeric_limits<int>::max()) {
        usage_error(session, command, "numprocs must be a strictly positive integer");
        return std::nullopt;
    }
    return static_cast<int>(*number);
}

void report(Session& session, const Arguments& arguments, const std::optional<Value>& result,
            std::string_view done) {
    if (result) {
        session.print(concat(arguments[0], " ", done, ": ", result->text()));
    }
}

void update_numprocs(Session& session, const Arguments& arguments) {
    const auto numprocs = read_numprocs(session, arguments, "update_numprocs");
    if (!numprocs) {
        return;
    }
    // Only who wants it says so: an agent of Supvisors itself knows no such parameter.
    const bool is_forced = arguments.size() > 2 && to_lower(arguments[2]) == "force";
    const auto given = is_forced ? parameters(arguments[0], *numprocs, true, false, true)
                                 : parameters(arguments[0], *numprocs);
    report(session, arguments, session.ask("supvisors.update_numprocs", given), "numprocs updated");
}

void lazy_update_numprocs(Session& session, const Arguments& arguments) {
    if (const auto numprocs = read_numprocs(session, arguments, "lazy_update_numprocs")) {
        report(session, arguments,
               session.ask("supvisors.update_numprocs",
                           parameters(arguments[0], *numprocs, true, true)),
               "numprocs updated");
    }
}

void enable(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "enable", "enable requires a program name");
    }
    report(session, arguments, session.ask("supvisors.enable", parameters(arguments[0])),
           "enabled");
}

void disable(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "disable", "disable requires a program name");
    }
    report(session, arguments, session.ask("supvisors.disable", parameters(arguments[0])),
           "disabled");
}

constexpr Command kCommands[] = {
    {"update_numprocs", update_numprocs,
     "update_numprocs <program> <n> [force]\tChange the number of processes of a local program; "
     "force: more than supervisord has may restart its groups"},
    {"lazy_update_numprocs", lazy_update_numprocs,
     "lazy_update_numprocs <program> <n>\tThe same, but let excess processes end by themselves"},
    {"enable", enable, "enable <program>\t\t\tEnable a program of the local instance"},
    {"disable", disable,
     "disable <program>\t\t\tStop a program of the local instance and refuse to start it"},
};

}  // namespace

std::span<const Command> program_commands() {
    return kCommands;
}

}  // namespace sup::cli
