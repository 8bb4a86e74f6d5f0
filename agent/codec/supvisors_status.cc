#include <algorithm>
#include <iterator>

#include "agent/codec/supvisors_families.h"

namespace sup::codec {
namespace {

using core::Queries;
using Master = std::map<std::string, std::string>;

// S3: an empty struct while there is no Master.
Master master_of(const Queries& queries) {
    const auto master = queries.master();
    if (!master) {
        return {};
    }
    return {{"identifier", master->first}, {"nick_identifier", master->second}};
}

std::vector<Method> state_methods() {
    return {
        {.name = "get_api_version",
         .result = "string",
         .parameters = {},
         .states = {},
         .help = "The level of this API.",
         .handler = [](const QueriesSource&, const Arguments&) -> Action {
             return value_xml(kApiVersion);
         }},
        {.name = "get_supvisors_state",
         .result = "struct",
         .parameters = {},
         .states = {},
         .help = "State and modes of Supvisors, as seen by the local instance.",
         .handler = reading(
             [](const Queries& queries, const Arguments&) { return queries.supvisors_state(); })},
        {.name = "get_all_instances_state_modes",
         .result = "array",
         .parameters = {},
         .states = {},
         .help = "State and modes of every known instance, as it published them.",
         .handler = reading([](const Queries& queries, const Arguments&) {
             return queries.all_instances_state_modes();
         })},
        {.name = "get_instance_state_modes",
         .result = "array",
         .parameters = {text("identifier")},
         .states = {},
         .help = "State and modes of the instances that the identifier, nick identifier or "
                 "stereotype stands for.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.instance_state_modes(arguments.text(0));
         })},
        {.name = "get_master_identifier",
         .result = "struct",
         .parameters = {},
         .states = {},
         .help = "Identifier and nick identifier of the Master; an empty struct without Master.",
         .handler =
             reading([](const Queries& queries, const Arguments&) { return master_of(queries); })},
        {.name = "get_strategies",
         .result = "struct",
         .parameters = {},
         .states = {},
         .help = "The strategies of the local instance.",
         .handler = reading(
             [](const Queries& queries, const Arguments&) { return queries.strategies(); })},
        {.name = "get_statistics_status",
         .result = "struct",
         .parameters = {},
         .states = {},
         .help = "Which statistics the local instance collects, and every how many seconds.",
         .handler = reading(
             [](const Queries& queries, const Arguments&) { return queries.statistics_status(); })},
    };
}

std::vector<Method> instance_methods() {
    return {
        {.name = "get_all_instances_info",
         .result = "array",
         .parameters = {},
         .states = {},
         .help = "Status of every known instance, sorted by identifier.",
         .handler = reading(
             [](const Queries& queries, const Arguments&) { return queries.all_instances(); })},
        {.name = "get_instance_info",
         .result = "array",
         .parameters = {text("identifier")},
         .states = {},
         .help =
             "Status of the instances that the identifier, nick identifier or stereotype stands "
             "for.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.instances(arguments.text(0));
         })},
        {.name = "get_network_info",
         .result = "struct",
         .parameters = {text("identifier")},
         .states = {},
         .help = "Network of the host of one instance, once a handshake told it.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.network(arguments.text(0));
         })},
    };
}

std::vector<Method> application_methods() {
    return {
        {.name = "get_all_applications_info",
         .result = "array",
         .parameters = {},
         .states = {},
         .help = "Status of all applications, managed or not.",
         .handler = reading(
             [](const Queries& queries, const Arguments&) { return queries.all_applications(); })},
        {.name = "get_application_info",
         .result = "struct",
         .parameters = {text("application_name")},
         .states = {},
         .help = "Status of one application.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.application(arguments.text(0));
         })},
        {.name = "get_application_rules",
         .result = "struct",
         .parameters = {text("application_name")},
         .states = {},
         .help = "Rules of one application; only its name and that it is not managed, if so.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.application_rules(arguments.text(0));
         })},
    };
}

std::vector<Method> process_methods() {
    return {
        {.name = "get_all_process_info",
         .result = "array",
         .parameters = {},
         .states = {},
         .help = "Status of all processes of all applications, merged over all instances.",
         .handler = reading(
             [](const Queries& queries, const Arguments&) { return queries.all_processes(); })},
        {.name = "get_process_info",
         .result = "array",
         .parameters = {text("namespec")},
         .states = {},
         .help = "Status of one process, or of all processes of `group:*`.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.processes(arguments.text(0));
         })},
        {.name = "get_process_rules",
         .result = "array",
         .parameters = {text("namespec")},
         .states = {},
         .help = "Rules of one process, or of all processes of `group:*`.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.process_rules(arguments.text(0));
         })},
        {.name = "get_conflicts",
         .result = "array",
         .parameters = {},
         .states = {},
         .help = "Status of the processes of managed applications that run in several instances.",
         .handler =
             reading([](const Queries& queries, const Arguments&) { return queries.conflicts(); })},
        {.name = "get_all_local_process_info",
         .result = "array",
         .parameters = {},
         .states = {},
         .help = "What the local instance says of all its processes.",
         .handler = reading([](const Queries& queries, const Arguments&) {
             return queries.all_local_processes();
         })},
        {.name = "get_local_process_info",
         .result = "struct",
         .parameters = {text("namespec")},
         .states = {},
         .help = "What the local instance says of one of its processes.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.local_process(arguments.text(0));
         })},
    };
}

std::vector<Method> inner_methods() {
    return {
        {.name = "get_all_inner_process_info",
         .result = "array",
         .parameters = {text("identifier")},
         .states = {},
         .help = "What the local instance holds of all processes of the instances given.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.all_inner_processes(arguments.text(0));
         })},
        {.name = "get_inner_process_info",
         .result = "array",
         .parameters = {text("identifier"), text("namespec")},
         .states = {},
         .help = "What the local instance holds of one process, or those of `group:*`, of the "
                 "instances given.",
         .handler = reading([](const Queries& queries, const Arguments& arguments) {
             return queries.inner_processes(arguments.text(0), arguments.text(1));
         })},
    };
}

}  // namespace

std::vector<Method> status_methods() {
    auto all = state_methods();
    std::ranges::move(instance_methods(), std::back_inserter(all));
    std::ranges::move(application_methods(), std::back_inserter(all));
    std::ranges::move(process_methods(), std::back_inserter(all));
    std::ranges::move(inner_methods(), std::back_inserter(all));
    return all;
}

}  // namespace sup::codec
