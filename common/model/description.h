#pragma once

#include <string>

#include "common/base/time.h"
#include "common/model/process_record.h"

namespace sup {

// What supervisord would say of the process in its `description` (B-93): `pid 12, uptime 0:00:05`,
// `Nov 26 07:39 AM`, `Not started`, or why it could not be started.
// `now`: on the clock of its instance. `zone`: local time minus UTC, for the date of its end.
std::string description_of(const ProcessRecord& record, Instant now, Duration zone);

}  // namespace sup
