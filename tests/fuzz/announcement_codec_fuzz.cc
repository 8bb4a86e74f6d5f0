#include <cstdint>
#include <string_view>

#include "agent/codec/announcement_codec.h"
#include "agent/codec/keyed_digest.h"
#include "common/base/check.h"
#include "common/base/text.h"

namespace {

using namespace sup;

void decode(std::string_view datagram) {
    const auto heard = codec::decode_announcement(datagram, {});
    if (!heard) {
        SUP_CHECK(!heard.error().message.empty(), "a refusal says why");
        return;
    }
    const auto again = codec::encode_announcement(*heard, {});
    SUP_CHECK(again, "what was heard can be said");
    const auto same = codec::decode_announcement(*again, {});
    SUP_CHECK(same && *same == *heard, "an announcement survives the road");
}

}  // namespace

// Any bytes are refused or give an announcement that can be said again; so are bytes behind a
// digest that fits, which anybody can compute where there is no key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    decode(bytes);
    constexpr std::size_t kHead = 6;
    constexpr std::size_t kBehind = kHead + codec::kDigestBytes;
    if (size > kBehind) {
        const auto payload = bytes.substr(kBehind);
        const auto head = concat("SUPD", static_cast<char>(codec::kDatagramVersion), "O");
        decode(concat(head, codec::keyed_digest("", concat(head, payload)), payload));
    }
    return 0;
}
