#include <map>

#include "agent/codec/supvisors_families.h"

namespace sup::codec {
namespace {

// `end_synchro` is how the Java client calls it (14.2, 13).
Method end_sync_method(std::string_view name) {
    return {.name = name,
            .result = "boolean",
            .parameters = {optional_text("master")},
            .states = {},
            .help = "Ends the synchronization phase, with the Master given or an elected one.",
            .handler = asking(
                [](const Arguments& arguments) { return EndSync{.master = arguments.text(0)}; })};
}

// USER leaves the conflicts to the user: there is nothing to ask the core for.
Action plan_conciliation(const QueriesSource& queries, const Arguments& arguments) {
    const auto strategy = arguments.conciliation_strategy(0);
    if (strategy == ConciliationStrategy::User &&
        queries().supvisors_state().fsm == FsmState::Conciliation) {
        return value_xml(false);
    }
    return Request{Conciliate{strategy}};
}

std::map<std::string, std::int32_t> logger_levels() {
    std::map<std::string, std::int32_t> levels;
    for (const auto& level : kNamesOf<LogLevel>) {
        levels.emplace(level.name, code_of(level.value));
    }
    return levels;
}

}  // namespace

std::vector<Method> control_methods() {
    return {
        {.name = "conciliate",
         .result = "boolean",
         .parameters = {{"strategy", ParameterKind::ConciliationStrategy, {}}},
         .states = {FsmState::Conciliation},
         .help = "Solves all conflicts by the strategy given.",
         .handler = plan_conciliation},
        {.name = "restart_sequence",
         .result = "boolean",
         .parameters = {wait()},
         .states = {},
         .help = "Starts the applications of the start sequence that are not running or have a "
                 "failure.",
         .handler = asking([](const Arguments& arguments) {
             return RestartSequence{.wait = arguments.wait(0)};
         })},
        {.name = "restart",
         .result = "boolean",
         .parameters = {},
         .states = {},
         .help = "Stops all applications, then restarts every supervisord.",
         .handler = asking([](const Arguments&) { return RestartFederation{}; })},
        {.name = "shutdown",
         .result = "boolean",
         .parameters = {},
         .states = {},
         .help = "Stops all applications, then shuts every supervisord down.",
         .handler = asking([](const Arguments&) { return ShutdownFederation{}; })},
        end_sync_method("end_sync"),
        end_sync_method("end_synchro"),
        {.name = "forget_instance",
         .result = "boolean",
         .parameters = {text("identifier")},
         .states = {},
         .help = "Forgets a discovered instance that is gone for good, on all instances.",
         .handler = asking_here([](const Arguments& arguments) {
             return ForgetInstance{.identifier = arguments.text(0)};
         })},
        {.name = "change_log_level",
         .result = "boolean",
         .parameters = {{"level_param", ParameterKind::LogLevel, {}}},
         .states = {},
         .help = "Changes the level of the log of the local agent.",
         .handler = [](const QueriesSource&, const Arguments& arguments) -> Action {
             return ChangeLogLevel{arguments.log_level(0)};
         }},
        {.name = "get_logger_levels",
         .result = "struct",
         .parameters = {},
         .states = {},
         .help = "The levels of the log, with their codes.",
         .handler = [](const QueriesSource&, const Arguments&) -> Action {
             return value_xml(logger_levels());
         }},
    };
}

}  // namespace sup::codec
