#include "cli/commands.h"
#include "common/base/text.h"
#include "common/model/strategies.h"

namespace sup::cli {
namespace {

// Calls, and prints `<label>: <result>`.
void request(Session& session, std::string_view label, std::string_view method,
             const Parameters& parameters) {
    if (const auto result = session.ask(method, parameters)) {
        session.print(concat(label, ": ", result->text()));
    }
}

void loglevel(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "loglevel", "loglevel requires a level");
    }
    const auto level = parse_name<LogLevel>(arguments[0]);
    if (!level) {
        return usage_error(session, "loglevel", "unknown level for Logger");
    }
    request(session, "Logger level changed", "supvisors.change_log_level",
            parameters(code_of(*level)));
}

void conciliate(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "conciliate", "conciliate requires a strategy");
    }
    const auto strategy = parse_name<ConciliationStrategy>(arguments[0]);
    if (!strategy) {
        return usage_error(session, "conciliate",
                           concat("unknown strategy for conciliate. use one of ",
                                  python_list(names_of<ConciliationStrategy>())));
    }
    request(session, "Conciliated", "supvisors.conciliate", parameters(code_of(*strategy)));
}

void restart_sequence(Session& session, const Arguments&) {
    request(session, "Start sequence completed", "supvisors.restart_sequence", {});
}

void sreload(Session& session, const Arguments&) {
    request(session, "Restarted", "supvisors.restart", {});
}

void sshutdown(Session& session, const Arguments&) {
    request(session, "Shut down", "supvisors.shutdown", {});
}

void end_sync(Session& session, const Arguments& arguments) {
    if (arguments.size() > 1) {
        return usage_error(session, "end_sync",
                           "end_sync optionally takes one single Supvisors identifier");
    }
    request(session, "End of Synchronization phase requested", "supvisors.end_sync",
            parameters(arguments.size() == 0 ? std::string() : arguments[0]));
}

void forget(Session& session, const Arguments& arguments) {
    if (arguments.size() != 1) {
        return usage_error(session, "forget", "forget requires one single Supvisors identifier");
    }
    request(session, concat(arguments[0], " forgotten"), "supvisors.forget_instance",
            parameters(arguments[0]));
}

constexpr Command kCommands[] = {
    {"loglevel", loglevel,
     "loglevel <level>\t\t\tChange the level of the local instance's log\n"
     "\t\t\t\t\tLevels: blather trace debug info warn error critical"},
    {"conciliate", conciliate,
     "conciliate <strategy>\t\t\tApply a conciliation strategy to all conflicts"},
    {"restart_sequence", restart_sequence,
     "restart_sequence\t\t\tRun the start sequence of all applications again"},
    {"sreload", sreload, "sreload\t\t\t\t\tRestart every supervisord of the federation"},
    {"sshutdown", sshutdown, "sshutdown\t\t\t\tShut down every supervisord of the federation"},
    {"end_sync", end_sync,
     "end_sync\t\t\t\tEnd the synchronization phase\n"
     "end_sync <identifier>\t\t\tEnd the synchronization phase and choose the Master"},
    {"forget", forget,
     "forget <identifier>\t\t\tForget a discovered instance that is gone for good"},
};

}  // namespace

std::span<const Command> control_commands() {
    return kCommands;
}

}  // namespace sup::cli
