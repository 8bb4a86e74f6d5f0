#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "common/model/states.h"

// What several families of commands have in common: strategies, names, listings.
namespace sup::cli {

// The code of a strategy by its exact name; otherwise a usage error, and nothing.
std::optional<int> read_starting_strategy(Session& session, std::string_view command,
                                          std::string_view word);

// The namespec of a result (application_name, process_name).
std::string namespec_of(const Value& process);

// HH:MM:SS in local time.
std::string time_of_day(const Value& seconds);

// The namespecs of all processes; only those that run with Running. Nothing when the listing fails,
// which was then printed.
enum class Which { All, Running };
std::optional<std::vector<std::string>> list_namespecs(Session& session, Which which);

}  // namespace sup::cli
