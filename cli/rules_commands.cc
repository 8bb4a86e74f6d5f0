#include <algorithm>

#include "cli/commands.h"
#include "cli/select.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

std::optional<std::vector<std::string>> selected_applications(Session& session,
                                                              const Arguments& names) {
    if (!names.selects_all()) {
        return names.words();
    }
    const auto answer = session.ask("supvisors.get_all_applications_info", {});
    if (!answer) {
        return std::nullopt;
    }
    std::vector<std::string> all;
    for (const auto& application : answer->list()) {
        all.push_back(application["application_name"].text());
    }
    return all;
}

Row application_row(const Value& rules) {
    Row row{rules["application_name"].text(), rules["managed"].text()};
    // An unmanaged application has no other member: all the rest is n/a.
    for (const auto* member :
         {"distribution", "identifiers", "start_sequence", "stop_sequence", "starting_strategy",
          "starting_failure_strategy", "running_failure_strategy"}) {
        row.push_back(rules[member].text());
    }
    return row;
}

void application_rules(Session& session, const Arguments& names) {
    const auto applications = selected_applications(session, names);
    if (!applications) {
        return;
    }
    Table table({{"Application"},
                 {"Managed", 9},
                 {"Distribution", 17},
                 {"Supervisor"},
                 {"Start", 7},
                 {"Stop", 7},
                 {"Starting", 18},
                 {"Starting_Failure", 18},
                 {"Running_Failure", Column::kFree}});
    for (const auto& name : *applications) {
        const auto rules = session.ask("supvisors.get_application_rules", parameters(name), name);
        if (rules) {
            table.add(application_row(*rules));
        }
    }
    if (!table.is_empty()) {
        session.print(table);
    }
}

void process_rules(Session& session, const Arguments& names) {
    auto namespecs =
        names.selects_all() ? list_namespecs(session, Which::All) : std::optional(names.words());
    if (!namespecs) {
        return;
    }
    std::sort(namespecs->begin(), namespecs->end());
    Table table({{"Application"},
                 {"Process"},
                 {"Start", 7},
                 {"Stop", 7},
                 {"Required", 12},
                 {"WaitExit", 12},
                 {"Loading", 12},
                 {"Strategy", 22},
                 {"Supervisor", Column::kFree}});
    for (const auto& name : *namespecs) {
        const auto answer = session.ask("supvisors.get_process_rules", parameters(name), name);
        for (const auto& rules : answer ? answer->list() : Value::List()) {
            table.add({rules["application_name"].text(), rules["process_name"].text(),
                       rules["start_sequence"].text(), rules["stop_sequence"].text(),
                       rules["required"].text(), rules["wait_exit"].text(),
                       rules["expected_loading"].text() + "%",
                       rules["running_failure_strategy"].text(), rules["identifiers"].text()});
        }
    }
    if (!table.is_empty()) {
        session.print(table);
    }
}

void conflicts(Session& session, const Arguments&) {
    const auto answer = session.ask("supvisors.get_conflicts", {});
    Table table({{"Application"}, {"Process"}, {"State", 12}, {"Supervisor", Column::kFree}});
    for (const auto& item : answer ? answer->list() : Value::List()) {
        table.add({item["application_name"].text(), item["process_name"].text(),
                   item["statename"].text(), item["identifiers"].text()});
    }
    if (!table.is_empty()) {
        session.print(table);
    }
}

constexpr Command kCommands[] = {
    {"application_rules", application_rules,
     "application_rules <appli> [<appli>]\tShow the rules of the named applications\n"
     "application_rules [all]\t\t\tShow the rules of all applications"},
    {"process_rules", process_rules,
     "process_rules <proc> [<proc>]\t\tShow the rules of the named processes\n"
     "process_rules <appli>:*\t\t\tShow the rules of the processes of an application\n"
     "process_rules [all]\t\t\tShow the rules of all processes"},
    {"conflicts", conflicts, "conflicts\t\t\t\tShow the processes that run more than once"},
};

}  // namespace

std::span<const Command> rules_commands() {
    return kCommands;
}

}  // namespace sup::cli
