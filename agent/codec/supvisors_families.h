#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/codec/supvisors_api.h"

// The families of the table, and what their rows are made of. For the supvisors_*.cc only.
namespace sup::codec {

std::vector<Method> status_methods();   // section 3 of the API
std::vector<Method> control_methods();  // sections 4 and 9
std::vector<Method> job_methods();      // sections 5 and 6
std::vector<Method> local_methods();    // sections 7 and 8
std::vector<Method> plan_methods();     // ours

template <typename T>
Action action_of(const T& result) {
    return value_xml(result);
}
template <typename T>
Action action_of(const core::Reading<T>& reading) {
    if (const auto* fault = std::get_if<Fault>(&reading)) {
        return *fault;
    }
    return value_xml(std::get<T>(reading));
}

// A method that reads: `read(queries, arguments)` gives its result, or a fault.
template <typename Read>
Handler reading(Read read) {
    return [read](const QueriesSource& queries, const Arguments& arguments) {
        return action_of(read(queries(), arguments));
    };
}

// A method that asks the core for something: `make(arguments)` gives the request.
template <typename Make>
Handler asking(Make make) {
    return [make](const QueriesSource&, const Arguments& arguments) -> Action {
        return Request{make(arguments)};
    };
}

// A method that asks something of this instance alone.
template <typename Make>
Handler asking_here(Make make) {
    return [make](const QueriesSource&, const Arguments& arguments) -> Action {
        return LocalRequest{make(arguments)};
    };
}

inline Parameter text(std::string_view name) {
    return {name, ParameterKind::Text, {}};
}
inline Parameter optional_text(std::string_view name) {
    return {name, ParameterKind::Text, Argument{std::string()}};
}
inline Parameter strategy() {
    return {"strategy", ParameterKind::StartingStrategy, {}};
}
inline Parameter wait() {
    return {"wait", ParameterKind::Flag, Argument{true}};
}

}  // namespace sup::codec
