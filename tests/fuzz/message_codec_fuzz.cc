#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/codec/message_codec.h"
#include "common/base/check.h"
#include "tests/unit/codec/random_message.h"

// Any bytes are refused or give a message that can be said again and means the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message = sup::codec::decode_message({reinterpret_cast<const char*>(data), size});
    if (!message) {
        SUP_CHECK(!message.error().message.empty(), "a refusal says why");
        return 0;
    }
    const auto again = sup::codec::decode_message(sup::codec::encode_message(*message));
    SUP_CHECK(again && sup::codec::is_same(*again, *message), "a message survives the road");
    return 0;
}
