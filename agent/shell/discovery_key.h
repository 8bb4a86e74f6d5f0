#pragma once

#include <string>

#include "agent/codec/announcement_codec.h"
#include "common/base/result.h"

namespace sup::shell {

// The secret of option multicast_key. No path, or NONE: no key. Errors: `path: what, what was
// expected`; a file that others can read is one, since its content is no secret.
Result<codec::DiscoveryKey> read_discovery_key(const std::string& path);

}  // namespace sup::shell
