#include "agent/codec/keyed_digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "common/base/check.h"

namespace sup::codec {

std::string keyed_digest(std::string_view key, std::string_view text) {
    std::array<unsigned char, kDigestBytes> digest{};
    unsigned int length = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes,
                            text.size(), digest.data(), &length);
    SUP_CHECK(done != nullptr && length == kDigestBytes, "HMAC-SHA256 is always there");
    return {digest.begin(), digest.end()};
}

bool is_same_digest(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace sup::codec
