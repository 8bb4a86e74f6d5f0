#include <charconv>
#include <cmath>

#include "cli/commands.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

void stats_status(Session& session, const Arguments&) {
    const auto answer = session.ask("supvisors.get_statistics_status", {});
    if (!answer) {
        return;
    }
    session.print(concat("Collecting Host statistics:    ", (*answer)["host_stats"].text()));
    session.print(concat("Collecting Process statistics: ", (*answer)["process_stats"].text()));
    session.print(concat("Collecting statistics period:  ", (*answer)["collecting_period"].text()));
}

enum class Switch { Enable, Disable };

void switch_statistics(Session& session, const Arguments& arguments, Switch wanted) {
    const std::string_view verb = wanted == Switch::Enable ? "enable" : "disable";
    bool has_host = arguments.size() == 0;
    bool has_process = arguments.size() == 0;
    std::vector<std::string> bad;
    for (const auto& argument : arguments.words()) {
        const auto word = to_lower(argument);
        has_host = has_host || word == "host" || word == "all";
        has_process = has_process || word == "process" || word == "all";
        if (word != "host" && word != "process" && word != "all") {
            bad.push_back(word);
        }
    }
    for (std::size_t i = 0; i < bad.size(); ++i) {
        const auto what = concat("invalid statistics type ", bad[i]);
        if (i + 1 < bad.size()) {
            session.fail(status::kBadArguments, concat("ERROR: ", what));
        } else {
            return usage_error(session, concat(verb, "_stats"), what);
        }
    }
    struct Kind {
        bool is_wanted;
        std::string_view title;
        std::string_view method;
    };
    for (const auto& kind : {Kind{has_host, "Host", "supvisors.enable_host_statistics"},
                             Kind{has_process, "Process", "supvisors.enable_process_statistics"}}) {
        if (!kind.is_wanted) {
            continue;
        }
        if (const auto done = session.ask(kind.method, parameters(wanted == Switch::Enable))) {
            session.print(concat(kind.title, " statistics ", verb, "d: ", done->text()));
        }
    }
}

void enable_stats(Session& session, const Arguments& arguments) {
    switch_statistics(session, arguments, Switch::Enable);
}

void disable_stats(Session& session, const Arguments& arguments) {
    switch_statistics(session, arguments, Switch::Disable);
}

void stats_period(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "stats_period", "stats_period requires a period");
    }
    const auto& word = arguments[0];
    double period = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), period);
    if (read.ec != std::errc() || read.ptr != word.data() + word.size() || !std::isfinite(period) ||
        period <= 0) {
        return usage_error(session, "stats_period",
                           "stats_period requires a strictly positive period");
    }
    if (const auto done = session.ask("supvisors.update_collecting_period", parameters(period))) {
        session.print(concat("Statistics period updated: ", done->text()));
    }
}

constexpr Command kCommands[] = {
    {"stats_status", stats_status, "stats_status\t\t\t\tShow which statistics are collected"},
    {"enable_stats", enable_stats,
     "enable_stats [host|process|all]\t\tCollect statistics on the local instance"},
    {"disable_stats", disable_stats,
     "disable_stats [host|process|all]\tCollect no statistics on the local instance"},
    {"stats_period", stats_period,
     "stats_period <seconds>\t\t\tChange the collecting period of the local instance"},
};

}  // namespace

std::span<const Command> statistics_commands() {
    return kCommands;
}

}  // namespace sup::cli
