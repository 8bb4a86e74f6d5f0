#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/config/options.h"

namespace sup::config {

// What an item of supvisors_list says, and which of its parts it says.
struct ParsedItem {
    InstanceItem instance;
    bool has_federation_port = false;
};

// Reads one item (options.md section 3): [<nick>]host[:http_port], or the three-part form of
// releases before 0.18, [<nick>]host:[http_port]:[internal_port], where both colons are needed. A
// missing http_port is the local one; a missing internal_port is the http_port + 3.
Result<ParsedItem> parse_instance_item(std::string_view text, std::uint16_t local_http_port);

// The local instance of a federation without list (O-56). Its federation_port stays 0 when
// http_port + 3 is no port.
struct LocalInstance {
    std::string identifier;  // of supervisord
    std::string hostname;
    std::uint16_t http_port = 0;
};
InstanceItem default_instance(const LocalInstance& local);

// `<nick>identifier`, or the identifier alone when the nick says nothing more (O-53).
std::string display_of(const InstanceItem& item);

// http_port + offset, when it is a port.
inline constexpr int kEventPortOffset = 1;
inline constexpr int kFederationPortOffset = 3;
inline constexpr int kApiPortOffset = 4;
Result<std::uint16_t> derived_port(std::uint16_t http_port, int offset);

}  // namespace sup::config
