#include "common/base/hosts.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup {

bool is_ipv4(std::string_view host) {
    const auto bytes = split(host, '.');
    return bytes.size() == 4 && std::all_of(bytes.begin(), bytes.end(), [](const auto& byte) {
               const auto value = parse_integer(byte);
               return value && *value >= 0 && *value <= 255;
           });
}

bool is_loopback_host(std::string_view host) {
    const auto name = to_lower(host);
    return name == "localhost" || name.starts_with("localhost.") || name.ends_with(".localhost") ||
           (name.starts_with("127.") && is_ipv4(name));
}

}  // namespace sup
