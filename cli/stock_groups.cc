#include <algorithm>
#include <map>
#include <set>

#include "cli/stock.h"
#include "common/base/text.h"

// reread, add, remove, update: the configuration of supervisord.
namespace sup::cli {
namespace {

struct Sentence {
    int code;
    std::string text;
    int status = status::kGeneric;
};

// Calls; a fault is told by its sentence, or as unexpected. Whether it went well.
bool call(Session& session, std::string_view method, const Parameters& parameters,
          const std::vector<Sentence>& sentences) {
    const auto verdict = session.try_ask(method, parameters);
    if (!verdict) {
        return false;
    }
    const auto* fault = std::get_if<Fault>(&*verdict);
    if (!fault) {
        return true;
    }
    for (const auto& sentence : sentences) {
        if (sentence.code == fault->code) {
            session.print(sentence.text);
            if (sentence.status != status::kSuccess) {
                session.fail(sentence.status);
            }
            return false;
        }
    }
    unexpected_fault(session, *fault);
    return false;
}

struct Changes {
    std::vector<std::string> added;
    std::vector<std::string> changed;
    std::vector<std::string> removed;
};

std::vector<std::string> texts(const Value& list) {
    std::vector<std::string> items;
    for (const auto& item : list.list()) {
        items.push_back(item.text());
    }
    return items;
}

std::optional<Changes> reload_config(Session& session, std::string_view shutting_down) {
    const auto verdict = session.try_ask("supervisor.reloadConfig", {});
    if (!verdict) {
        return std::nullopt;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        if (fault->code == fault::kShutdownState) {
            session.fail(status::kGeneric, shutting_down);
        } else if (fault->code == fault::kCantReread) {
            session.fail(status::kGeneric, concat("ERROR: ", fault->text));
        } else {
            unexpected_fault(session, *fault);
        }
        return std::nullopt;
    }
    // [[added, changed, removed]]
    const auto& changes = std::get<Value>(*verdict)[0];
    return Changes{texts(changes[0]), texts(changes[1]), texts(changes[2])};
}

void reread(Session& session, const Arguments& arguments) {
    if (refuses_arguments(session, arguments, "reread")) {
        return;
    }
    const auto changes = reload_config(session, "ERROR: supervisor shutting down");
    if (!changes) {
        return;
    }
    std::map<std::string, std::string_view> lines;
    for (const auto& [names, what] :
         {std::pair(changes->added, "available"), std::pair(changes->changed, "changed"),
          std::pair(changes->removed, "disappeared")}) {
        for (const auto& name : names) {
            lines[name] = what;
        }
    }
    for (const auto& [name, what] : lines) {
        session.print(concat(name, ": ", what));
    }
    if (lines.empty()) {
        session.print("No config updates to processes");
    }
}

void add(Session& session, const Arguments& names) {
    for (const auto& name : names.words()) {
        if (call(session, "supervisor.addProcessGroup", parameters(name),
                 {{fault::kShutdownState, "ERROR: shutting down"},
                  {fault::kAlreadyAdded, "ERROR: process group already active", status::kSuccess},
                  {fault::kBadName, concat("ERROR: no such process/group: ", name)}})) {
            session.print(concat(name, ": added process group"));
        }
    }
}

void remove(Session& session, const Arguments& names) {
    for (const auto& name : names.words()) {
        if (call(session, "supervisor.removeProcessGroup", parameters(name),
                 {{fault::kStillRunning, concat("ERROR: process/group still running: ", name)},
                  {fault::kBadName, concat("ERROR: no such process/group: ", name)}})) {
            session.print(concat(name, ": removed process group"));
        }
    }
}

// Tells the wanted groups that nobody knows.
void check_groups(Session& session, const std::set<std::string>& wanted, const Changes& changes) {
    std::set<std::string> known(changes.added.begin(), changes.added.end());
    const auto processes = session.ask("supervisor.getAllProcessInfo", {});
    for (const auto& process : processes ? processes->list() : Value::List()) {
        known.insert(process["group"].text());
    }
    for (const auto& name : wanted) {
        if (!session.has_failed() && !known.contains(name)) {
            session.fail(status::kGeneric, concat("ERROR: no such group: ", name));
        }
    }
}

// Stops all of the group. Whether nothing refused to stop.
bool stop_group(Session& session, const std::string& name) {
    const auto results = session.ask("supervisor.stopProcessGroup", parameters(name), name);
    if (!results) {
        return false;
    }
    session.print(concat(name, ": stopped"));
    const auto& list = results->list();
    return std::none_of(list.begin(), list.end(), [](const Value& result) {
        return result["status"].integer() == fault::kFailed;
    });
}

void remove_group(Session& session, const std::string& name) {
    if (!stop_group(session, name)) {
        return session.fail(status::kGeneric, concat(name, ": has problems; not removing"));
    }
    if (call(session, "supervisor.removeProcessGroup", parameters(name), {})) {
        session.print(concat(name, ": removed process group"));
    }
}

void replace_group(Session& session, const std::string& name) {
    stop_group(session, name);
    if (call(session, "supervisor.removeProcessGroup", parameters(name), {}) &&
        call(session, "supervisor.addProcessGroup", parameters(name), {})) {
        session.print(concat(name, ": updated process group"));
    }
}

void add_group(Session& session, const std::string& name) {
    if (call(session, "supervisor.addProcessGroup", parameters(name), {})) {
        session.print(concat(name, ": added process group"));
    }
}

void update(Session& session, const Arguments& names) {
    const auto changes = reload_config(session, "ERROR: already shutting down");
    if (!changes) {
        return;
    }
    std::set<std::string> wanted;
    if (!names.selects_all()) {
        wanted.insert(names.words().begin(), names.words().end());
        check_groups(session, wanted, *changes);
    }
    struct Step {
        const std::vector<std::string>& groups;
        void (*apply)(Session&, const std::string&);
    };
    for (const auto& step :
         {Step{changes->removed, remove_group}, Step{changes->changed, replace_group},
          Step{changes->added, add_group}}) {
        for (const auto& group : step.groups) {
            if (!session.has_failed() && (wanted.empty() || wanted.contains(group))) {
                step.apply(session, group);
            }
        }
    }
}

constexpr Command kCommands[] = {
    {"reread", reread, "reread\t\t\tRead the configuration again, change no process",
     Precheck::None},
    {"add", add, "add <group> [<group>]\tTake over groups of the configuration", Precheck::None},
    {"remove", remove, "remove <group> [<group>]\tForget groups, which must be stopped",
     Precheck::None},
    {"update", update,
     "update [all]\t\tRead the configuration, then add, remove and restart what has changed\n"
     "update <group> [<group>]\tThe same, for these groups only",
     Precheck::None},
};

}  // namespace

std::span<const Command> stock_group_commands() {
    return kCommands;
}

}  // namespace sup::cli
