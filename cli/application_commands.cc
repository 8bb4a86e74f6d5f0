#include <algorithm>
#include <map>

#include "cli/commands.h"
#include "cli/prediction.h"
#include "cli/select.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

// What the three commands differ by.
struct Verb {
    std::string_view name;  // start, restart, stop
    std::string_view done;  // started…
};

// The managed applications that are meant; those that cannot be are reported one by one.
std::vector<std::string> select_managed(Session& session, const Arguments& arguments,
                                        std::size_t first, const Verb& verb) {
    const auto answer = session.ask("supvisors.get_all_applications_info", {});
    if (!answer) {
        return {};
    }
    std::map<std::string, bool> is_managed;
    for (const auto& application : answer->list()) {
        is_managed[application["application_name"].text()] = application["managed"].truth();
    }
    std::vector<std::string> selected;
    if (arguments.selects_all(first)) {
        for (const auto& [name, managed] : is_managed) {
            if (managed) {
                selected.push_back(name);
            }
        }
        return selected;
    }
    for (const auto& name : arguments.from(first)) {
        const auto known = is_managed.find(name);
        if (known == is_managed.end()) {
            session.fail(status::kBadArguments, concat(name, ": ERROR (no such application)"));
        } else if (!known->second) {
            session.print(concat(name, ": IGNORED (unmanaged. use ", verb.name, " ", name, ":*)"));
        } else {
            selected.push_back(name);
        }
    }
    return selected;
}

void with_strategy(Session& session, const Arguments& arguments, const Verb& verb) {
    const auto command = concat(verb.name, "_application");
    if (arguments.size() == 0) {
        return usage_error(session, command, concat(command, " requires at least a strategy"));
    }
    const auto strategy = read_starting_strategy(session, command, arguments[0]);
    if (!strategy) {
        return;
    }
    for (const auto& name : select_managed(session, arguments, 1, verb)) {
        const auto result =
            session.ask(concat("supvisors.", command), parameters(*strategy, name), name);
        if (result) {
            session.print(concat(name, " ", verb.done, ": ", result->text()));
        }
    }
}

void start_application(Session& session, const Arguments& arguments) {
    with_strategy(session, arguments, {"start", "started"});
}

void restart_application(Session& session, const Arguments& arguments) {
    with_strategy(session, arguments, {"restart", "restarted"});
}

void stop_application(Session& session, const Arguments& arguments) {
    for (const auto& name : select_managed(session, arguments, 0, {"stop", "stopped"})) {
        const auto result = session.ask("supvisors.stop_application", parameters(name), name);
        if (result) {
            session.print(concat(name, " stopped: ", result->text()));
        }
    }
}

void test_start_application(Session& session, const Arguments& arguments) {
    constexpr std::string_view kName = "test_start_application";
    if (arguments.size() != 2) {
        return usage_error(session, kName,
                           concat(kName, " requires one strategy and one application name"));
    }
    const auto strategy = read_starting_strategy(session, kName, arguments[0]);
    if (!strategy) {
        return;
    }
    const auto& application = arguments[1];
    const auto known = session.try_ask("supvisors.get_application_info", parameters(application));
    if (!known) {
        return;
    }
    if (const auto* fault = std::get_if<Fault>(&*known)) {
        // Only a wrong name is a matter of arguments; a wrong state, for one, is told as it is.
        if (fault->code == fault::kBadName) {
            return session.fail(status::kBadArguments,
                                concat("ERROR: unknown application \"", application, "\""));
        }
        return session.fail(status::kGeneric, concat(application, ": ERROR (", fault->text, ")"));
    }
    if (!std::get<Value>(*known)["managed"].truth()) {
        return usage_error(session, kName, concat(application, " unmanaged"));
    }
    const auto prediction = session.ask("supvisors.test_start_application",
                                        parameters(*strategy, application), application);
    if (prediction) {
        print_prediction(session, *prediction);
    }
}

constexpr Command kCommands[] = {
    {"start_application", start_application,
     "start_application <strategy> <appli> [<appli>]\tStart the named applications\n"
     "start_application <strategy> [all]\tStart all managed applications"},
    {"restart_application", restart_application,
     "restart_application <strategy> <appli> [<appli>]\tRestart the named applications\n"
     "restart_application <strategy> [all]\tRestart all managed applications"},
    {"stop_application", stop_application,
     "stop_application <appli> [<appli>]\tStop the named applications\n"
     "stop_application [all]\t\t\tStop all managed applications"},
    {"test_start_application", test_start_application,
     "test_start_application <strategy> <appli>\tShow where the application would be started"},
};

}  // namespace

std::span<const Command> application_commands() {
    return kCommands;
}

}  // namespace sup::cli
