#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "agent/codec/supvisors_api.h"
#include "agent/codec/xmlrpc_value.h"
#include "agent/codec/xmlrpc_writer.h"
#include "common/base/check.h"
#include "common/base/rng.h"

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

#ifndef SUP_LIBFUZZER
namespace {

// Good texts to start from: each kind of value in a call and in a response.
std::vector<std::string> seeds() {
    const Call call{"supvisors.start_process",
                    {{std::string("LESS_LOADED")},
                     {std::string("a:b & <c> \xf0\x9f\x98\x80")},
                     {true},
                     {-7},
                     {1.5},
                     {Array{{Struct{{"k", {std::string()}}}}, {Nil{}}}}}};
    return {encode_call(call),
            "<methodCall><methodName>a.b</methodName><params><param><value><boolean>true</boolean>"
            "</value></param><param><value><i8>5</i8></value></param><param><value><base64>aGk="
            "</base64></value></param></params></methodCall>",
            encode_response(Outcome{value_xml(call.parameters[5])}),
            encode_response(Outcome{RpcFault{10, "BAD_NAME: x"}}), "<!DOCTYPE a><methodCall/>"};
}

// Pieces that a mutation may put in, beside single bytes.
constexpr std::string_view kPieces[] = {
    "<value>",          "</value>", "<array><data>", "<struct>", "<boolean>", "<i8>",
    "<nil/>",           "&#0;",     "<![CDATA[",     "]]>",      "<!",        "&amp;",
    "\xf4\x8f\xbf\xbf", "\xff",     "99999999999",   "<base64>"};

std::string mutate(std::string text, sup::Rng& rng) {
    const auto below = [&rng](std::size_t bound) {
        return static_cast<std::size_t>(rng.below(static_cast<std::uint32_t>(bound)));
    };
    for (auto rounds = 1 + below(6); rounds > 0; --rounds) {
        const auto at = below(text.size() + 1);
        switch (below(4)) {
            case 0:
                text.insert(at, kPieces[below(std::size(kPieces))]);
                break;
            case 1:
                text.erase(at, below(20));
                break;
            case 2:
                text.insert(at, 1, static_cast<char>(below(256)));
                break;
            default:
                text.insert(at, text.substr(below(text.size() + 1), below(60)));
        }
    }
    return text;
}

}  // namespace

// The deterministic driver: `xmlrpc_call_fuzz [rounds [seed]]`.
int main(int count, char** arguments) {
    const auto number = [&](int at, unsigned long fallback) {
        return at < count ? std::stoul(arguments[at]) : fallback;
    };
    const auto rounds = number(1, 20'000);
    sup::Rng rng(number(2, 1));
    const auto starts = seeds();
    for (unsigned long i = 0; i < rounds; ++i) {
        const auto& start = starts[i % starts.size()];
        const auto text = i < starts.size() ? start : mutate(start, rng);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
    std::printf("%lu inputs, none of them harmful\n", rounds);
    return 0;
}
#endif
