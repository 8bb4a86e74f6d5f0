#pragma once

#include <string>
#include <string_view>

namespace sup::shell {

// The instance that a target `/RPC2/NAME` names, decoded from its percent form; empty: our own.
std::string instance_of(std::string_view target);

}  // namespace sup::shell
