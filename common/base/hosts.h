#pragma once

#include <string_view>

// What the text of a host says by itself, without asking anybody.
namespace sup {

// An IPv4 address in numbers.
bool is_ipv4(std::string_view host);

// localhost, localhost.localdomain, 127.x.x.x: hosts that mean "this one" everywhere.
bool is_loopback_host(std::string_view host);

}  // namespace sup
