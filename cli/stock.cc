#include "cli/stock.h"

#include <iostream>

#include "common/base/text.h"
#include "common/model/names.h"

namespace sup::cli {

void unexpected_fault(Session& session, const Fault& fault) {
    session.fail(status::kGeneric, concat("error: <Fault ", fault.code, ": '", fault.text, "'>"));
}

std::string namespec_of_result(const Value& result) {
    return namespec_of(ProcessName{result["group"].text(), result["name"].text()});
}

void stock_usage_error(Session& session, int status, std::string_view what,
                       std::string_view command) {
    session.fail(status, concat("Error: ", what));
    if (const auto* row = find_command(command)) {
        session.print(row->help);
    }
}

bool refuses_arguments(Session& session, const Arguments& arguments, std::string_view command) {
    if (arguments.size() == 0) {
        return false;
    }
    stock_usage_error(session, status::kGeneric, concat(command, " accepts no arguments"), command);
    return true;
}

void count_verdict(Session& session, std::int64_t code, int ignored) {
    if (code == fault::kSuccess || code == ignored) {
        return;
    }
    const bool is_dead = code == fault::kSpawnError || code == fault::kAbnormalTermination ||
                         code == fault::kNotRunning;
    session.fail(is_dead ? status::kNotRunning : status::kGeneric);
}

bool is_confirmed(const Session& session, std::string_view question) {
    if (session.mode() == Mode::Single) {
        return true;
    }
    std::cout << question << " y/N? " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer.starts_with('y') || answer.starts_with('Y');
}

}  // namespace sup::cli
