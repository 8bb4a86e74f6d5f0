#include <array>
#include <string_view>
#include <vector>

#include "agent/codec/xmlrpc_writer.h"
#include "tests/fuzz/seeds.h"

namespace {

using namespace sup::codec;

// Each kind of value in a call and in a response, and what must be refused.
std::vector<std::string> whole_texts() {
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

// What single bytes would hardly ever spell.
constexpr auto kPieces = std::to_array<std::string_view>(
    {"<value>", "</value>", "<array><data>", "<struct>", "<boolean>", "<i8>", "<nil/>", "&#0;",
     "<![CDATA[", "]]>", "<!", "&amp;", "\xf4\x8f\xbf\xbf", "\xff", "99999999999", "<base64>"});

}  // namespace

std::string draw_seed(sup::Rng& rng) {
    const auto texts = whole_texts();
    std::string text = texts[rng.below(texts.size())];
    for (auto count = rng.below(3); count > 0; --count) {
        text.insert(rng.below(text.size() + 1), kPieces[rng.below(kPieces.size())]);
    }
    return text;
}
