#include <algorithm>

#include "cli/stock.h"
#include "common/base/text.h"
#include "common/model/names.h"
#include "common/model/states.h"

namespace sup::cli {
namespace {

void show_statuses(Session& session, const Value::List& processes) {
    std::size_t longest = 30;
    for (const auto& process : processes) {
        longest = std::max(longest, shown_length(namespec_of_result(process)));
    }
    for (const auto& process : processes) {
        session.print(concat(padded(namespec_of_result(process), longest + 3),
                             padded(process["statename"].text(), 10),
                             process["description"].text()));
    }
}

// The processes that a name means; an unknown one is reported.
Value::List find_processes(Session& session, const Value::List& all, const std::string& name) {
    const auto wanted = parse_namespec(name);
    Value::List found;
    for (const auto& process : all) {
        if (process["group"].text() == wanted.group &&
            (wanted.is_group() || process["name"].text() == wanted.name)) {
            found.push_back(process);
        }
    }
    if (found.empty()) {
        session.fail(status::kUnknownProcess, wanted.is_group()
                                                  ? concat(wanted.group, ": ERROR (no such group)")
                                                  : concat(name, ": ERROR (no such process)"));
    }
    return found;
}

}  // namespace

void show_stock_status(Session& session, const Arguments& names) {
    const auto verdict = session.try_ask("supervisor.getAllProcessInfo", {});
    if (!verdict) {
        return;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        return unexpected_fault(session, *fault);
    }
    const auto& all = std::get<Value>(*verdict).list();
    Value::List selected;
    if (names.selects_all()) {
        selected = all;
    } else {
        for (const auto& name : names.words()) {
            const auto found = find_processes(session, all, name);
            selected.insert(selected.end(), found.begin(), found.end());
        }
    }
    show_statuses(session, selected);
    const bool has_stopped = std::any_of(selected.begin(), selected.end(), [](const auto& process) {
        const auto state = parse_code<ProcessState>(process["state"].integer());
        return state && is_stopped_like(*state);
    });
    if (has_stopped) {
        session.fail(status::kProcessDown);
    }
}

namespace {

void print_pid_of(Session& session, const std::string& name) {
    const auto verdict = session.try_ask("supervisor.getProcessInfo", parameters(name));
    if (!verdict) {
        return;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        if (fault->code == fault::kBadName) {
            return session.fail(status::kGeneric, concat("No such process ", name));
        }
        return unexpected_fault(session, *fault);
    }
    const auto& process = std::get<Value>(*verdict);
    session.print(process["pid"].text());
    if (process["pid"].integer() == 0) {
        session.fail(status::kNotRunning);
    }
}

void pid(Session& session, const Arguments& names) {
    if (names.size() == 0) {
        if (const auto answer = session.ask("supervisor.getPID", {})) {
            session.print(answer->text());
        }
    } else if (names.selects_all()) {
        const auto answer = session.ask("supervisor.getAllProcessInfo", {});
        for (const auto& process : answer ? answer->list() : Value::List()) {
            session.print(process["pid"].text());
        }
    } else {
        for (const auto& name : names.words()) {
            print_pid_of(session, name);
        }
    }
}

void avail(Session& session, const Arguments& arguments) {
    if (refuses_arguments(session, arguments, "avail")) {
        return;
    }
    const auto verdict = session.try_ask("supervisor.getAllConfigInfo", {});
    if (!verdict) {
        return;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        if (fault->code == fault::kShutdownState) {
            return session.fail(status::kGeneric, "ERROR: supervisor shutting down");
        }
        return unexpected_fault(session, *fault);
    }
    for (const auto& process : std::get<Value>(*verdict).list()) {
        session.print(concat(padded(namespec_of_result(process), 32), " ",
                             padded(process["inuse"].truth() ? "in use" : "avail", 9), " ",
                             padded(process["autostart"].truth() ? "auto" : "manual", 9), " ",
                             process["group_prio"].text(), ":", process["process_prio"].text()));
    }
}

void version(Session& session, const Arguments& arguments) {
    if (refuses_arguments(session, arguments, "version")) {
        return;
    }
    if (const auto answer = session.ask("supervisor.getSupervisorVersion", {})) {
        session.print(answer->text());
    }
}

constexpr Command kCommands[] = {
    {"status", show_stock_status,
     "status <name> [<name>]\tShow the status of the named processes\n"
     "status <group>:*\tShow the status of the processes of a group\n"
     "status\t\t\tShow the status of all processes",
     Precheck::Supervisor},
    {"pid", pid,
     "pid\t\t\tShow the PID of supervisord\n"
     "pid <name>\t\tShow the PID of a process\n"
     "pid all\t\t\tShow the PID of every process",
     Precheck::Supervisor},
    {"avail", avail, "avail\t\t\tShow all processes of the configuration", Precheck::None},
    {"version", version, "version\t\t\tShow the release of supervisord", Precheck::Supervisor},
};

}  // namespace

std::span<const Command> stock_status_commands() {
    return kCommands;
}

}  // namespace sup::cli
