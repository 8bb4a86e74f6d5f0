#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/codec/supvisors_api.h"
#include "agent/codec/xmlrpc_value.h"
#include "agent/codec/xmlrpc_writer.h"
#include "common/base/check.h"

// Any bytes as a call, and as a response of supervisord. What is understood is written again and
// must be understood the same way.
namespace {

using namespace sup::codec;

void try_call(const std::string& bytes) {
    const auto call = parse_call(bytes);
    if (!call) {
        SUP_CHECK(!call.error().message.empty(), "a refusal says why");
        return;
    }
    const auto again = parse_call(encode_call(*call));
    if (!again) {
        // What XML-RPC cannot say twice: not-a-number, and the names that the library refuses.
        return;
    }
    SUP_CHECK(again->parameters.size() == call->parameters.size(), "no parameter is lost");
    if (const auto* method = find_supvisors_method(call->method)) {
        if (is_count_right(method->parameters, call->parameters.size())) {
            static_cast<void>(check_arguments(method->parameters, call->parameters));
        }
    }
}

void try_response(const std::string& bytes) {
    const auto response = parse_response(bytes);
    if (!response) {
        return;
    }
    if (const auto* value = std::get_if<Value>(&*response)) {
        static_cast<void>(encode_response(Outcome{value_xml(*value)}));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    try_call(bytes);
    try_response(bytes);
    return 0;
}
