#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sup::codec {

inline constexpr std::size_t kDigestBytes = 32;

// HMAC-SHA256 of the text.
std::string keyed_digest(std::string_view key, std::string_view text);

// In a time that does not tell where they differ.
bool is_same_digest(std::string_view one, std::string_view other);

}  // namespace sup::codec
