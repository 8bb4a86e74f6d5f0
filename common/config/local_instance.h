#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/base/result.h"
#include "common/config/options.h"
#include "common/config/supervisor_config.h"

namespace sup::config {

// The place of the local instance in the list (O-60..O-64): the item whose host is a name or
// address of this host and whose http_port is that of the local inet server. Names that nobody here
// knows are resolved, but only when nothing matched as written. Loopback counts when the whole list
// is loopback. Several items on this host with the same port are told apart by the address that the
// inet server is bound to; otherwise, and when there is none, the error lists the candidates.
Result<std::size_t> find_local_instance(std::span<const InstanceItem> items, const InetServer& inet,
                                        const HostFacts& host);

}  // namespace sup::config
