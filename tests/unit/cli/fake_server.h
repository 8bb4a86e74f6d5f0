#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "common/base/text.h"

namespace sup::cli {

// A server that answers from a table of methods, and remembers the calls.
struct Server {
    std::map<std::string, Reply, std::less<>> answers = {
        {"supvisors.get_api_version", value_of("0.19")},
        {"supervisor.getVersion", value_of("3.0")}};
    std::vector<std::string> calls;  // method and parameters

    struct Outcome {
        std::string text;
        int status = 0;
    };

    Outcome run(std::string_view line) {
        std::ostringstream out;
        calls.clear();
        Session session(
            {"http://h:1", "", "", ""}, out, Mode::Single,
            [this](const Endpoint& endpoint, std::string_view method,
                   const Parameters& parameters) { return answer(endpoint, method, parameters); });
        run_line(session, line);
        return {out.str(), session.exit_status()};
    }

    Reply answer(const Endpoint& endpoint, std::string_view method, const Parameters& parameters) {
        if (method != "supvisors.get_api_version" && method != "supervisor.getVersion") {
            const auto where = endpoint.url == "http://h:1" ? "" : endpoint.url + " ";
            calls.push_back(concat(where, method, Value{parameters}.text()));
        }
        const auto found = answers.find(method);
        return found == answers.end() ? Reply(Fault{1, "UNKNOWN_METHOD"}) : found->second;
    }
};

inline Value members(Value::Members content) {
    return {std::move(content)};
}
inline Value list(Value::List content) {
    return {std::move(content)};
}

}  // namespace sup::cli
