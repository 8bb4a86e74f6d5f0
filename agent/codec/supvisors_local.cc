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

}  // namespace

std::vector<Method> local_methods() {
    return statistics_methods();
}

}  // namespace sup::codec
