#include "cli/select.h"

#include <ctime>

#include "common/base/text.h"
#include "common/model/names.h"
#include "common/model/strategies.h"

namespace sup::cli {

std::optional<int> read_starting_strategy(Session& session, std::string_view command,
                                          std::string_view word) {
    if (const auto strategy = parse_name<StartingStrategy>(word)) {
        return code_of(*strategy);
    }
    const auto names = python_list(names_of<StartingStrategy>());
    // The wording of restart_process differs; scripts may look for either.
    const auto subject =
        command == "restart_process" ? concat("strategy=", word) : concat("strategy for ", command);
    usage_error(session, command, concat("unknown ", subject, ". use one of ", names));
    return std::nullopt;
}

std::string namespec_of(const Value& process) {
    return namespec_of(
        ProcessName{process["application_name"].text(), process["process_name"].text()});
}

std::string time_of_day(const Value& seconds) {
    const auto when = static_cast<std::time_t>(seconds.integer());
    std::tm parts{};
    char text[16] = "";
    localtime_r(&when, &parts);
    std::strftime(text, sizeof text, "%H:%M:%S", &parts);
    return text;
}

std::optional<std::vector<std::string>> list_namespecs(Session& session, Which which) {
    const auto processes = session.ask("supvisors.get_all_process_info", {});
    if (!processes) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const auto& process : processes->list()) {
        const auto state = parse_code<ProcessState>(process["statecode"].integer());
        if (which == Which::All || (state && is_running_like(*state))) {
            names.push_back(namespec_of(process));
        }
    }
    return names;
}

}  // namespace sup::cli
