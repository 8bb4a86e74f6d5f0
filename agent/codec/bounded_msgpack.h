#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "common/base/result.h"

// MessagePack from strangers: whatever bytes arrive, reading them costs bounded memory and stack.
// The length that a header claims is never believed before the elements are there.
namespace sup::codec {

inline constexpr std::size_t kMaxMessageBytes = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kMaxDepth = 64;
// A snapshot of ten thousand processes has about a quarter of this.
inline constexpr std::size_t kMaxValues = 1'000'000;

// Exactly one value, with nothing behind it.
Result<nlohmann::json> parse_msgpack(std::string_view bytes);

}  // namespace sup::codec
