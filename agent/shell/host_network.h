#pragma once

#include "common/base/time.h"
#include "common/model/network.h"

namespace sup::shell {

// The interfaces of this host, and the names of their addresses. Names are looked up in reverse,
// which may take a resolver minutes: what it has not told within `patience` stays without a name
// (O-66).
NetworkFacts read_host_network(Duration patience);

}  // namespace sup::shell
