#include <algorithm>
#include <iterator>

#include "agent/codec/supvisors_families.h"

namespace sup::codec {
namespace {

std::vector<Method> application_jobs() {
    return {
        {.name = "start_application",
         .result = "boolean",
         .parameters = {strategy(), text("application_name"), wait()},
         .states = {FsmState::Operation},
         .help = "Starts a managed application by its start sequence.",
         .handler = asking([](const Arguments& arguments) {
             return StartApplication{.strategy = arguments.starting_strategy(0),
                                     .application = arguments.text(1),
                                     .wait = arguments.wait(2)};
         })},
        {.name = "stop_application",
         .result = "boolean",
         .parameters = {text("application_name"), wait()},
         .states = {},
         .help = "Stops a managed application by its stop sequence, wherever it runs.",
         .handler = asking([](const Arguments& arguments) {
             return StopApplication{.application = arguments.text(0), .wait = arguments.wait(1)};
         })},
        {.name = "restart_application",
         .result = "boolean",
         .parameters = {strategy(), text("application_name"), wait()},
         .states = {FsmState::Operation},
         .help = "Stops a managed application if it runs, then starts it.",
         .handler = asking([](const Arguments& arguments) {
             return RestartApplication{.strategy = arguments.starting_strategy(0),
                                       .application = arguments.text(1),
                                       .wait = arguments.wait(2)};
         })},
    };
}

std::vector<Method> process_jobs() {
    return {
        {.name = "start_process",
         .result = "boolean",
         .parameters = {strategy(), text("namespec"), optional_text("extra_args"), wait()},
         .states = {FsmState::Operation},
         .help = "Starts one process, or those of `group:*`, where the strategy chooses.",
         .handler = asking([](const Arguments& arguments) {
             return StartProcess{.strategy = arguments.starting_strategy(0),
                                 .process = arguments.namespec(1),
                                 .extra_args = arguments.text(2),
                                 .wait = arguments.wait(3)};
         })},
        {.name = "start_any_process",
         .result = "string",
         .parameters = {strategy(), text("regex"), optional_text("extra_args"), wait()},
         .states = {FsmState::Operation},
         .help = "Starts one of the processes whose namespec matches the regular expression and "
                 "that do not run; gives its namespec.",
         .handler = asking([](const Arguments& arguments) {
             return StartAnyProcess{.strategy = arguments.starting_strategy(0),
                                    .regex = arguments.text(1),
                                    .extra_args = arguments.text(2),
                                    .wait = arguments.wait(3)};
         })},
        {.name = "start_args",
         .result = "boolean",
         .parameters = {text("namespec"), text("extra_args"), wait()},
         .states = {},
         .help = "Starts one process on this instance, with these extra arguments from now on.",
         .handler = asking([](const Arguments& arguments) {
             return StartArgs{.process = arguments.namespec(0),
                              .extra_args = arguments.text(1),
                              .wait = arguments.wait(2)};
         })},
        {.name = "stop_process",
         .result = "boolean",
         .parameters = {text("namespec"), wait()},
         .states = {},
         .help = "Stops one process, or those of `group:*`, wherever they run.",
         .handler = asking([](const Arguments& arguments) {
             return StopProcess{.process = arguments.namespec(0), .wait = arguments.wait(1)};
         })},
        {.name = "restart_process",
         .result = "boolean",
         .parameters = {strategy(), text("namespec"), optional_text("extra_args"), wait()},
         .states = {FsmState::Operation},
         .help = "Stops one process, or those of `group:*`, then starts them where the strategy "
                 "chooses.",
         .handler = asking([](const Arguments& arguments) {
             return RestartProcess{.strategy = arguments.starting_strategy(0),
                                   .process = arguments.namespec(1),
                                   .extra_args = arguments.text(2),
                                   .wait = arguments.wait(3)};
         })},
    };
}

std::vector<Method> prediction_methods() {
    return {
        {.name = "test_start_application",
         .result = "array",
         .parameters = {strategy(), text("application_name")},
         .states = {FsmState::Operation},
         .help = "Predicts where the processes of a managed application would be started.",
         .handler = reading([](const core::Queries& queries, const Arguments& arguments) {
             return queries.test_start_application(
                 {.strategy = arguments.starting_strategy(0), .application = arguments.text(1)});
         })},
        {.name = "test_start_process",
         .result = "array",
         .parameters = {strategy(), text("namespec")},
         .states = {FsmState::Operation},
         .help = "Predicts where one process, or those of `group:*`, would be started.",
         .handler = reading([](const core::Queries& queries, const Arguments& arguments) {
             return queries.test_start_process({.strategy = arguments.starting_strategy(0),
                                                .process = arguments.namespec(1),
                                                .extra_args = {}});
         })},
    };
}

}  // namespace

std::vector<Method> job_methods() {
    auto all = application_jobs();
    std::ranges::move(process_jobs(), std::back_inserter(all));
    std::ranges::move(prediction_methods(), std::back_inserter(all));
    return all;
}

}  // namespace sup::codec
