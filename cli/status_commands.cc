#include <algorithm>
#include <iterator>

#include "cli/commands.h"
#include "cli/select.h"
#include "common/base/text.h"
#include "common/model/names.h"

namespace sup::cli {
namespace {

void sversion(Session& session, const Arguments&) {
    if (const auto version = session.ask("supvisors.get_api_version", {})) {
        session.print(version->text());
    }
}

// Whether an instance is asked for, by identifier or by nick.
bool is_selected(const Value& instance, const Arguments& names) {
    return names.selects_all() || names.contains(instance["identifier"].text()) ||
           names.contains(instance["nick_identifier"].text());
}

// A row that is shown, or that only widens the columns.
void put(Table& table, Row row, bool is_shown) {
    if (is_shown) {
        table.add(std::move(row));
    } else {
        table.measure(row);
    }
}

void sstate(Session& session, const Arguments& names) {
    const bool is_local = names.size() == 0;
    auto answer = session.ask(
        is_local ? "supvisors.get_supvisors_state" : "supvisors.get_all_instances_state_modes", {});
    if (!answer) {
        return;
    }
    Table table({{"Nickname"},
                 {"Supvisors identifier"},
                 {"State", 16},
                 {"Degraded", 10},
                 {"Discovery", 11},
                 {"Master"},
                 {"Starting"},
                 {"Stopping"}});
    for (const auto& item : is_local ? Value::List{*answer} : answer->list()) {
        put(table,
            {item["nick_identifier"].text(), item["identifier"].text(),
             item["fsm_statename"].text(), item["degraded_mode"].text(),
             item["discovery_mode"].text(), item["master_identifier"].text(),
             item["starting_jobs"].text(), item["stopping_jobs"].text()},
            is_local || is_selected(item, names));
    }
    session.print(table);
}

void master(Session& session, const Arguments&) {
    const auto answer = session.ask("supvisors.get_master_identifier", {});
    if (!answer) {
        return;
    }
    const auto& identifier = (*answer)["identifier"];
    if (!std::holds_alternative<std::string>(identifier.content) || identifier.text().empty()) {
        session.print("No Supvisors Master");
        return;
    }
    session.print(concat("Nick identifier: ", (*answer)["nick_identifier"].text()));
    session.print(concat("Identifier:      ", identifier.text()));
}

void strategies(Session& session, const Arguments&) {
    const auto answer = session.ask("supvisors.get_strategies", {});
    if (!answer) {
        return;
    }
    session.print(concat("Auto-fencing: ", (*answer)["auto-fencing"].text()));
    session.print(concat("Failure:      ", (*answer)["supvisors_failure"].text()));
    session.print(concat("Conciliation: ", (*answer)["conciliation"].text()));
    session.print(concat("Starting:     ", (*answer)["starting"].text()));
}

void instance_status(Session& session, const Arguments& names) {
    const auto answer = session.ask("supvisors.get_all_instances_info", {});
    if (!answer) {
        return;
    }
    Table table({{"Nickname"},
                 {"Supvisors identifier"},
                 {"Host"},
                 {"Port", 7},
                 {"State", 11},
                 {"Load", 6},
                 {"Time", 10},
                 {"Counter", 9},
                 {"Processes", 11}});
    for (const auto& item : answer->list()) {
        put(table,
            {item["nick_identifier"].text(), item["identifier"].text(), item["node_name"].text(),
             item["port"].text(), item["statename"].text(), item["loading"].text() + "%",
             time_of_day(item["local_time"]), item["remote_sequence_counter"].text(),
             item["process_failure"].truth() ? "error" : "ok"},
            is_selected(item, names));
    }
    session.print(table);
}

void application_info(Session& session, const Arguments& names) {
    const auto answer = session.ask("supvisors.get_all_applications_info", {});
    if (!answer) {
        return;
    }
    Table table({{"Application"}, {"State", 10}, {"Major", 7}, {"Minor", 7}});
    for (const auto& item : answer->list()) {
        const auto name = item["application_name"].text();
        put(table,
            {name, item["statename"].text(), item["major_failure"].text(),
             item["minor_failure"].text()},
            names.selects_all() || names.contains(name));
    }
    session.print(table);
}

void sstatus(Session& session, const Arguments& names) {
    Value::List processes;
    if (names.selects_all()) {
        if (const auto answer = session.ask("supvisors.get_all_process_info", {})) {
            processes = answer->list();
        }
    } else {
        for (const auto& name : names.words()) {
            const auto answer = session.ask("supvisors.get_process_info", parameters(name), name);
            const auto found = answer ? answer->list() : Value::List();
            processes.insert(processes.end(), found.begin(), found.end());
        }
    }
    Table table({{"Application"},
                 {"Process"},
                 {"State", 12},
                 {"Expected", 10},
                 {"Supervisor", Column::kFree}});
    for (const auto& item : processes) {
        const auto state = item["statename"].text();
        table.add({item["application_name"].text(), item["process_name"].text(), state,
                   state == "EXITED" ? item["expected_exit"].text() : "n/a",
                   item["identifiers"].text()});
    }
    if (!table.is_empty()) {
        session.print(table);
    }
}

// In the order of the names, as often as they are named; all in the order of the answer.
Value::List select_locally(const Value::List& processes, const Arguments& names) {
    if (names.selects_all()) {
        return processes;
    }
    Value::List selected;
    for (const auto& name : names.words()) {
        const auto wanted = parse_namespec(name);
        std::copy_if(processes.begin(), processes.end(), std::back_inserter(selected),
                     [&](const Value& process) {
                         return wanted.group == process["group"].text() &&
                                (wanted.is_group() || wanted.name == process["name"].text());
                     });
    }
    return selected;
}

void local_status(Session& session, const Arguments& names) {
    const auto answer = session.ask("supvisors.get_all_local_process_info", {});
    if (!answer) {
        return;
    }
    const auto time_or_zero = [](const Value& time) {
        return time.integer() == 0 ? std::string("0") : time_of_day(time);
    };
    Table table({{"Application"},
                 {"Process"},
                 {"Disabled", 10},
                 {"State", 12},
                 {"Start", 12},
                 {"Now", 12},
                 {"PID", 8},
                 {"Extra args", Column::kFree}});
    for (const auto& item : select_locally(answer->list(), names)) {
        const auto state = parse_code<ProcessState>(item["state"].integer());
        table.add({item["group"].text(), item["name"].text(), item["disabled"].text(),
                   std::string(name_of(state.value_or(ProcessState::Unknown))),
                   time_or_zero(item["start"]), time_or_zero(item["now"]), item["pid"].text(),
                   item["extra_args"].text()});
    }
    if (!table.is_empty()) {
        session.print(table);
    }
}

constexpr Command kCommands[] = {
    {"sversion", sversion, "sversion\t\t\t\tShow the release of the Supvisors API"},
    {"sstate", sstate,
     "sstate\t\t\t\t\tShow the state and modes of the local instance\n"
     "sstate <identifier> [<identifier>]\tShow those of the named instances\n"
     "sstate all\t\t\t\tShow those of all instances"},
    {"master", master, "master\t\t\t\t\tShow which instance is the Master"},
    {"strategies", strategies, "strategies\t\t\t\tShow the strategies in force"},
    {"instance_status", instance_status,
     "instance_status <identifier> [<identifier>]\tShow the status of the named instances\n"
     "instance_status [all]\t\t\tShow the status of all instances"},
    {"application_info", application_info,
     "application_info <appli> [<appli>]\tShow the status of the named applications\n"
     "application_info [all]\t\t\tShow the status of all applications"},
    {"sstatus", sstatus,
     "sstatus <proc> [<proc>]\t\t\tShow where the named processes run\n"
     "sstatus <appli>:*\t\t\tShow where the processes of an application run\n"
     "sstatus [all]\t\t\t\tShow where all processes run"},
    {"local_status", local_status,
     "local_status <proc> [<proc>]\t\tShow the named processes of the local instance\n"
     "local_status <appli>:*\t\t\tShow its processes of an application\n"
     "local_status [all]\t\t\tShow all of its processes"},
};

}  // namespace

std::span<const Command> status_commands() {
    return kCommands;
}

}  // namespace sup::cli
