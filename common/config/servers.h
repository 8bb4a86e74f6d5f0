#pragma once

#include <optional>

#include "common/config/document.h"

namespace sup::config {

// The first inet server, which is the one that the agent talks to (O-2); an error when there is
// none. All servers and plugins are checked, because supervisord refuses the file for any of them.
std::optional<InetServer> read_servers(const Document& document, Problems& problems);

}  // namespace sup::config
