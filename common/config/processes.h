#pragma once

#include <vector>

#include "common/config/document.h"

namespace sup::config {

// Every process of every group, in supervisord's order (priority of the group, then its name):
// [group:x] of programs and fcgi-programs, then what is in no group, [eventlistener:x] included. Of
// two groups of the same name, or two processes of the same name in a group, supervisord runs one:
// so do we, with a warning.
std::vector<ProcessConfig> read_processes(const Document& document, Problems& problems);

}  // namespace sup::config
