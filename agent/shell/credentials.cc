#include "agent/shell/credentials.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <optional>
#include <vector>

#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

constexpr std::string_view kScheme = "basic ";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest(std::string_view text, const EVP_MD* algorithm) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    const int done =
        EVP_Digest(text.data(), text.size(), bytes.data(), &length, algorithm, nullptr);
    SUP_CHECK(done == 1, "SHA-1 and SHA-256 are always there");
    return {bytes.begin(), bytes.begin() + length};
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        out += kDigits[value >> 4];
        out += kDigits[value & 0xfU];
    }
    return out;
}

// Digests are compared, so that neither length nor content shows in the time taken.
bool is_same(std::string_view a, std::string_view b) {
    const auto left = digest(a, EVP_sha256());
    const auto right = digest(b, EVP_sha256());
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) {
        return std::nullopt;
    }
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    const int length = EVP_DecodeBlock(bytes.data(), bytes_of(text), static_cast<int>(text.size()));
    if (length < 0) {
        return std::nullopt;
    }
    std::string out(bytes.begin(), bytes.begin() + length);
    // EVP_DecodeBlock counts the padding as zero bytes.
    for (std::size_t i = 0; i < 2 && text[text.size() - 1 - i] == '='; ++i) {
        out.pop_back();
    }
    return out;
}

}  // namespace

bool admits(const Credentials& credentials, std::string_view authorization) {
    if (credentials.is_open()) {
        return true;
    }
    if (to_lower(authorization.substr(0, kScheme.size())) != kScheme) {
        return false;
    }
    const auto pair = decode_base64(trim(authorization.substr(kScheme.size())));
    if (!pair) {
        return false;
    }
    const std::string_view shown = *pair;
    const auto colon = shown.find(':');
    if (colon == shown.npos) {
        return false;
    }
    std::string wanted = credentials.password;
    std::string password(shown.substr(colon + 1));
    if (wanted.starts_with(kShaMark)) {
        wanted = to_lower(wanted.substr(kShaMark.size()));
        password = hexadecimal(digest(password, EVP_sha1()));
    }
    const bool user_is_right = is_same(shown.substr(0, colon), credentials.user);
    const bool password_is_right = is_same(password, wanted);
    return user_is_right && password_is_right;
}

std::string basic_authorization(const Credentials& credentials) {
    const auto pair = concat(credentials.user, ":", credentials.password);
    std::vector<unsigned char> text((pair.size() + 2) / 3 * 4 + 1);
    const int length = EVP_EncodeBlock(text.data(), bytes_of(pair), static_cast<int>(pair.size()));
    return concat("Basic ", std::string(text.begin(), text.begin() + length));
}

}  // namespace sup::shell
