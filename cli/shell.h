#pragma once

#include <iosfwd>

#include "cli/session.h"
#include "cli/settings.h"

namespace sup::cli {

// The interactive shell: `status` first, then the lines of `in` until quit, its end or Ctrl-C.
void run_shell(Session& session, const Settings& settings, std::istream& in);

}  // namespace sup::cli
