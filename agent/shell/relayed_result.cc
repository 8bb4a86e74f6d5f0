#include "agent/shell/relayed_result.h"

#include <utility>

#include "agent/codec/xmlrpc_writer.h"
#include "common/base/text.h"

namespace sup::shell {

std::variant<codec::Value, codec::RpcFault> read_relayed(
    const Result<SupervisorForward::Relayed>& relayed) {
    const auto failed = [](std::string detail) {
        return codec::rpc_fault({FaultCode::Failed, std::move(detail)});
    };
    if (!relayed) {
        return failed(relayed.error().message);
    }
    if (relayed->status != 200) {
        return failed(concat("the local supervisord answered HTTP ", relayed->status));
    }
    auto parsed = codec::parse_response(relayed->body);
    if (!parsed) {
        return failed(concat("from the local supervisord: ", parsed.error().message));
    }
    return std::move(*parsed);
}

}  // namespace sup::shell
