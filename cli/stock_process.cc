#include "cli/stock.h"
#include "common/base/text.h"
#include "common/model/names.h"

// start, stop, restart, signal, clear: one verdict per process.
namespace sup::cli {
namespace {

struct Meaning {
    int code;
    std::string_view reason;
};

// What a command asks of supervisord, and how it words the verdicts.
struct Verb {
    std::string_view one;    // method for one process
    std::string_view group;  // for a group; empty: no such form
    std::string_view all;
    std::string_view done;  // started…
    std::span<const Meaning> meanings;
    int ignored = fault::kSuccess;         // a verdict that is not an error
    int unknown_group = status::kGeneric;  // status for it
    Parameters extra;                      // further parameters
};

constexpr Meaning kStartMeanings[] = {
    {fault::kBadName, "no such process"},
    {fault::kNoFile, "no such file"},
    {fault::kNotExecutable, "file is not executable"},
    {fault::kAlreadyStarted, "already started"},
    {fault::kSpawnError, "spawn error"},
    {fault::kAbnormalTermination, "abnormal termination"},
};
constexpr Meaning kSignalMeanings[] = {
    {fault::kBadName, "no such process"},
    {fault::kBadSignal, "bad signal name"},
    {fault::kNotRunning, "not running"},
};
constexpr Meaning kClearMeanings[] = {
    {fault::kBadName, "no such process"},
    {fault::kFailed, "failed"},
};

struct Verdict {
    std::string namespec;
    std::int64_t code = 0;
    std::string description;
};

void print_verdict(Session& session, const Verb& verb, const Verdict& verdict) {
    count_verdict(session, verdict.code, verb.ignored);
    if (verdict.code == fault::kSuccess) {
        return session.print(concat(verdict.namespec, ": ", verb.done));
    }
    if (verdict.code == fault::kDisabled) {
        return session.print(concat(verdict.namespec, ": ERROR disabled"));
    }
    for (const auto& meaning : verb.meanings) {
        if (meaning.code == verdict.code) {
            return session.print(concat(verdict.namespec, ": ERROR (", meaning.reason, ")"));
        }
    }
    session.print(concat(verdict.namespec, ": ERROR (", verdict.description, ")"));
}

void print_verdicts(Session& session, const Verb& verb, const Value& results) {
    for (const auto& result : results.list()) {
        print_verdict(
            session, verb,
            {namespec_of_result(result), result["status"].integer(), result["description"].text()});
    }
}

Parameters with_extra(const Verb& verb, std::string_view name) {
    Parameters all = parameters(name);
    all.insert(all.end(), verb.extra.begin(), verb.extra.end());
    return all;
}

void apply_to_group(Session& session, const Verb& verb, const std::string& group) {
    const auto verdict = session.try_ask(verb.group, with_extra(verb, group));
    if (!verdict) {
        return;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        if (fault->code == fault::kBadName) {
            return session.fail(verb.unknown_group, concat(group, ": ERROR (no such group)"));
        }
        return unexpected_fault(session, *fault);
    }
    print_verdicts(session, verb, std::get<Value>(*verdict));
}

void apply_to_one(Session& session, const Verb& verb, const std::string& name) {
    const auto wanted = parse_namespec(name);
    const auto verdict = session.try_ask(verb.one, with_extra(verb, name));
    if (!verdict) {
        return;
    }
    const auto namespec = namespec_of(ProcessName{wanted.group, wanted.name});
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        return print_verdict(session, verb, {namespec, fault->code, fault->text});
    }
    print_verdict(session, verb, {namespec, fault::kSuccess, {}});
}

void apply(Session& session, const Verb& verb, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        if (name == "all") {
            const auto results = session.ask(verb.all, verb.extra);
            return print_verdicts(session, verb, results.value_or(Value{}));
        }
    }
    for (const auto& name : names) {
        const auto wanted = parse_namespec(name);
        if (wanted.is_group() && !verb.group.empty()) {
            apply_to_group(session, verb, wanted.group);
        } else {
            apply_to_one(session, verb, name);
        }
    }
}

// An array of names with `all` among them is for the whole server: see apply().
Verb start_verb() {
    return {"supervisor.startProcess",
            "supervisor.startProcessGroup",
            "supervisor.startAllProcesses",
            "started",
            kStartMeanings,
            fault::kAlreadyStarted,
            status::kBadArguments,
            {}};
}

Verb stop_verb() {
    return {"supervisor.stopProcess",
            "supervisor.stopProcessGroup",
            "supervisor.stopAllProcesses",
            "stopped",
            kSignalMeanings,
            fault::kNotRunning,
            status::kGeneric,
            {}};
}

void start(Session& session, const Arguments& names) {
    if (names.size() == 0) {
        return stock_usage_error(session, status::kBadArguments, "start requires a process name",
                                 "start");
    }
    apply(session, start_verb(), names.words());
}

void stop(Session& session, const Arguments& names) {
    if (names.size() == 0) {
        return stock_usage_error(session, status::kGeneric, "stop requires a process name", "stop");
    }
    apply(session, stop_verb(), names.words());
}

void restart(Session& session, const Arguments& names) {
    if (names.size() == 0) {
        return stock_usage_error(session, status::kGeneric, "restart requires a process name",
                                 "restart");
    }
    apply(session, stop_verb(), names.words());
    apply(session, start_verb(), names.words());
}

void signal(Session& session, const Arguments& arguments) {
    if (arguments.size() < 2) {
        return stock_usage_error(session, status::kGeneric,
                                 "signal requires a signal name and a process name", "signal");
    }
    const auto& name = arguments[0];
    Verb verb{"supervisor.signalProcess",
              "supervisor.signalProcessGroup",
              "supervisor.signalAllProcesses",
              "signalled",
              kSignalMeanings,
              fault::kSuccess,
              status::kGeneric,
              parameters(name)};
    apply(session, verb, arguments.from(1));
}

void clear(Session& session, const Arguments& names) {
    if (names.size() == 0) {
        return stock_usage_error(session, status::kGeneric, "clear requires a process name",
                                 "clear");
    }
    const Verb verb{"supervisor.clearProcessLogs",
                    "",
                    "supervisor.clearAllProcessLogs",
                    "cleared",
                    kClearMeanings,
                    fault::kSuccess,
                    status::kGeneric,
                    {}};
    apply(session, verb, names.words());
}

constexpr Command kCommands[] = {
    {"start", start,
     "start <name> [<name>]\tStart processes\n"
     "start <group>:*\t\tStart all processes of a group\n"
     "start all\t\tStart all processes",
     Precheck::Supervisor},
    {"stop", stop,
     "stop <name> [<name>]\tStop processes\n"
     "stop <group>:*\t\tStop all processes of a group\n"
     "stop all\t\tStop all processes",
     Precheck::Supervisor},
    {"restart", restart,
     "restart <name> [<name>]\tStop, then start processes; the configuration is not read again\n"
     "restart <group>:*\tRestart all processes of a group\n"
     "restart all\t\tRestart all processes",
     Precheck::Supervisor},
    {"signal", signal,
     "signal <signal> <name> [<name>]\tSend a signal to processes\n"
     "signal <signal> <group>:*\tSend a signal to all processes of a group\n"
     "signal <signal> all\t\tSend a signal to all processes",
     Precheck::Supervisor},
    {"clear", clear,
     "clear <name> [<name>]\tEmpty the log files of processes\n"
     "clear all\t\tEmpty the log files of all processes",
     Precheck::Supervisor},
};

}  // namespace

std::span<const Command> stock_process_commands() {
    return kCommands;
}

}  // namespace sup::cli
