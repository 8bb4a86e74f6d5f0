#pragma once

#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/model/process_record.h"

// Processes of our supervisord that were asked to stop, for those who wait for their end.
namespace sup::core {

// Runs, or is about to.
inline bool is_up(const ProcessRecord& record) {
    return record.start_ordered || !is_stopped_like(record.state);
}

// When all of them are down at the latest: supervisord kills those that outlast their stopwaitsecs.
Instant all_down_by(Instant now, const std::vector<ProcessRecord>& records);

}  // namespace sup::core
