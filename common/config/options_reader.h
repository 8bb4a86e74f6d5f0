#pragma once

#include <optional>
#include <string>

#include "common/config/document.h"

namespace sup::config {

// What the options depend on beside their section.
struct OptionInputs {
    std::string daemon_identifier;   // of supervisord
    std::optional<InetServer> inet;  // absent: already reported, what depends on it is skipped
};

// The options of [supvisors], or of [rpcinterface:supvisors] when there is none, complete: defaults
// computed, local instance recognised, contradictions reported.
Options read_options(const Document& document, const OptionInputs& inputs, const HostFacts& host,
                     Problems& problems);

}  // namespace sup::config
