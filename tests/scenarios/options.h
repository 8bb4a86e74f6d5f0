#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/settings.h"
#include "common/model/local_requests.h"
#include "common/model/requests.h"
#include "tests/scenarios/transcript.h"
#include "tests/sim/supervisord_model.h"

// The options of directives, turned into what they mean. What cannot be read is a
// std::runtime_error that says so.
namespace sup::scenarios {

Duration parse_duration(const std::string& text);  // `1.5s`, `300ms`, `2min`, `7` (seconds)

// Options of the federation: see the table in options.cc. Those that must be equal on all instances
// are put into shared_options as well.
void apply_settings(const Words& words, core::Settings& settings);

// `program GROUP:NAME …`, one per copy.
std::vector<sim::ProgramModel> parse_programs(const Words& words);
// stop= ends= code= missing=
void apply_behaviour(const Words& words, sim::ProgramModel& program);

ProcessName parse_process(const std::string& text);
Request parse_request(const Words& words);
// Nothing when it is a request for the Master.
std::optional<LocalRequest> parse_local_request(const Words& words);

}  // namespace sup::scenarios
