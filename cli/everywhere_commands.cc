#include "cli/commands.h"
#include "common/base/text.h"
#include "common/model/names.h"
#include "common/model/states.h"

// all_start and all_start_args: the same call on the server of every active instance.
namespace sup::cli {
namespace {

struct Target {
    std::string identifier;
    std::string url;
};

std::vector<Target> active_instances(Session& session) {
    const auto answer = session.ask("supvisors.get_all_instances_info", {});
    if (!answer) {
        return {};
    }
    const std::string scheme = session.endpoint().url.starts_with("https") ? "https" : "http";
    std::vector<Target> targets;
    for (const auto& item : answer->list()) {
        const auto state = parse_code<InstanceState>(item["statecode"].integer());
        if (state == InstanceState::Checked || state == InstanceState::Running) {
            targets.push_back(
                {item["identifier"].text(),
                 concat(scheme, "://", item["node_name"].text(), ":", item["port"].integer())});
        }
    }
    return targets;
}

void call_everywhere(Session& session, const std::string& name, std::string_view method,
                     const Parameters& parameters) {
    const auto targets = active_instances(session);
    if (session.has_failed()) {
        return;
    }
    if (targets.empty()) {
        return session.fail(status::kGeneric, "ERROR: no running Supvisors instance");
    }
    for (const auto& target : targets) {
        const auto reply = session.ask_elsewhere(target.url, method, parameters);
        if (const auto* value = std::get_if<Value>(&reply)) {
            session.print(concat(name, " started on ", target.identifier, ": ", value->text()));
        } else if (const auto* fault = std::get_if<Fault>(&reply)) {
            session.fail(status::kGeneric, concat(name, ": ERROR (", fault->text, ")"));
        } else {
            session.fail(status::kGeneric,
                         concat("error: ", target.url, ": ", std::get<Failure>(reply).message));
        }
    }
}

void all_start(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "all_start", "all_start requires a process name");
    }
    call_everywhere(session, arguments[0], "supervisor.startProcess",
                    parameters(arguments[0], false));
}

void all_start_args(Session& session, const Arguments& arguments) {
    if (arguments.size() < 2) {
        return usage_error(session, "all_start_args",
                           "all_start_args requires a process name and extra arguments");
    }
    call_everywhere(session, arguments[0], "supvisors.start_args",
                    parameters(arguments[0], arguments.text_from(1), false));
}

constexpr Command kCommands[] = {
    {"all_start", all_start, "all_start <proc>\t\t\tStart a process on every active instance"},
    {"all_start_args", all_start_args,
     "all_start_args <proc> <arg> [<arg>]\tStart a process on every active instance with extra "
     "arguments"},
};

}  // namespace

std::span<const Command> everywhere_commands() {
    return kCommands;
}

}  // namespace sup::cli
