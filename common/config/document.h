#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/config/expand.h"
#include "common/config/file_access.h"
#include "common/config/ini.h"
#include "common/config/problems.h"
#include "common/config/supervisor_config.h"

namespace sup::config {

// The main file and its includes, merged, with what their values may refer to.
struct Document {
    std::string path;        // absolute path of the main file
    std::string here;        // its directory: %(here)s
    std::string hostname;    // %(host_node_name)s
    Expansions environment;  // %(ENV_X)s
    IniDocument ini;
};

// Nothing when the main file cannot be read; otherwise what was understood, errors apart.
std::optional<Document> read_document(const std::string& path, const HostFacts& host,
                                      const FileAccess& files, Problems& problems);

// Checks [supervisord], adds its `environment` to what values may refer to, and gives the
// identifier.
std::string read_daemon_section(Document& document, Problems& problems);

}  // namespace sup::config
