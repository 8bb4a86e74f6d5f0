#pragma once

#include <variant>

#include "agent/codec/xmlrpc_value.h"
#include "agent/shell/supervisor_forward.h"

namespace sup::shell {

// What supervisord's HTTP answer to one call means: its result, its fault, or ours when there is
// none.
std::variant<codec::Value, codec::RpcFault> read_relayed(
    const Result<SupervisorForward::Relayed>& relayed);

}  // namespace sup::shell
