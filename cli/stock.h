#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"

// What the stock commands have in common: results of one process, faults that nobody expects.
namespace sup::cli {

// A fault that the command has no sentence for.
void unexpected_fault(Session& session, const Fault& fault);

// `group:name`, or `name` when they are equal.
std::string namespec_of_result(const Value& result);

// Prints `Error: <what>` and the help; status as given (the stock commands do not agree on it).
void stock_usage_error(Session& session, int status, std::string_view what,
                       std::string_view command);

// A command without arguments got one.
bool refuses_arguments(Session& session, const Arguments& arguments, std::string_view command);

// The status that the verdict on one process gives to the program; `ignored` changes nothing.
void count_verdict(Session& session, std::int64_t code, int ignored);

// In the shell, asks; a single command is meant.
bool is_confirmed(const Session& session, std::string_view question);

}  // namespace sup::cli
