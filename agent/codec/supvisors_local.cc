#include <algorithm>
#include <iterator>

#include "agent/codec/supvisors_families.h"

namespace sup::codec {
namespace {

std::vector<Method> statistics_methods() {
    return {
        {.name = "enable_host_statistics",
         .result = "boolean",
         .parameters = {{"enable_host", ParameterKind::Flag, {}}},
         .states = {},
         .help = "Switches the host statistics of the local instance on or off.",
         .handler = asking_here([](const Arguments& arguments) {
             return SwitchHostStatistics{.to = arguments.switched(0)};
         })},
        {.name = "enable_process_statistics",
         .result = "boolean",
         .parameters = {{"enable_process", ParameterKind::Flag, {}}},
         .states = {},
         .help = "Switches the process statistics of the local instance on or off.",
         .handler = asking_here([](const Arguments& arguments) {
             return SwitchProcessStatistics{.to = arguments.switched(0)};
         })},
        {.name = "update_collecting_period",
         .result = "boolean",
         .parameters = {{"collecting_period", ParameterKind::Period, {}}},
         .states = {},
         .help = "Sets the least time between two samples of the local instance, in seconds.",
         .handler = asking_here([](const Arguments& arguments) {
             return SetCollectingPeriod{.period = arguments.period(0)};
         })},
    };
}

std::vector<Method> program_methods() {
    return {
        {.name = "enable",
         .result = "boolean",
         .parameters = {text("program_name"), wait()},
         .states = {},
         .help = "Enables a program of the local instance, and starts its processes that start by "
                 "themselves.",
         .handler = asking_here([](const Arguments& arguments) {
             return EnableProgram{.program = arguments.text(0), .wait = arguments.wait(1)};
         })},
        {.name = "disable",
         .result = "boolean",
         .parameters = {text("program_name"), wait()},
         .states = {},
         .help = "Disables a program of the local instance, and stops its processes there.",
         .handler = asking_here([](const Arguments& arguments) {
             return DisableProgram{.program = arguments.text(0), .wait = arguments.wait(1)};
         })},
        {.name = "update_numprocs",
         .result = "boolean",
         .parameters = {text("program_name"),
                        {"numprocs", ParameterKind::Count, {}},
                        wait(),
                        {"lazy", ParameterKind::Flag, Argument{false}},
                        {"force", ParameterKind::Flag, Argument{false}}},
         .states = {},
         .help = "Changes the number of processes of a program of the local instance. More than "
                 "supervisord has needs overlay_dir, and `force` when its groups are running, for "
                 "these are restarted.",
         .handler = asking_here([](const Arguments& arguments) {
             return UpdateNumprocs{
                 .program = arguments.text(0),
                 .numprocs = arguments.count(1).value,
                 .written = arguments.count(1).written,
                 .wait = arguments.wait(2),
                 .removal = arguments.flag(3) ? Removal::Lazy : Removal::Stop,
                 .interruption = arguments.flag(4) ? Interruption::Allowed : Interruption::Refused};
         })},
    };
}

}  // namespace

std::vector<Method> local_methods() {
    auto all = statistics_methods();
    std::ranges::move(program_methods(), std::back_inserter(all));
    return all;
}

}  // namespace sup::codec
