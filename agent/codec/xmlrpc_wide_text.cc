#include "agent/codec/xmlrpc_wide_text.h"

#include <algorithm>
#include <cstdint>

namespace sup::codec {
namespace {

constexpr std::uint32_t kHigh = 0xe000;
constexpr std::uint32_t kLow = 0xe400;
constexpr std::uint32_t kRange = 0x400;
constexpr std::uint32_t kPlane = 0x10000;  // the first character that is wide

// The code of a sequence of `length` bytes (3 or 4); 0 when it is none.
std::uint32_t code_at(std::string_view text, std::size_t length) {
    if (text.size() < length) {
        return 0;
    }
    std::uint32_t code = static_cast<unsigned char>(text[0]) & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) != 0x80) {
            return 0;
        }
        code = (code << 6) | (byte & 0x3fU);
    }
    return code;
}

void append_code(std::string& out, std::uint32_t code) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code >= kPlane) {
        put(0xf0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3f));
    } else {
        put(0xe0 | (code >> 12));
    }
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
}

bool is_lead_of(char byte, std::size_t length) {
    const auto lead = static_cast<unsigned char>(byte);
    return length == 4 ? lead >= 0xf0 && lead <= 0xf4 : (lead & 0xf0U) == 0xe0;
}

}  // namespace

bool has_wide_characters(std::string_view utf8) {
    return std::ranges::any_of(utf8, [](char byte) { return is_lead_of(byte, 4); });
}

// What is not UTF-8 stays as it is, for the parser to refuse.
std::string fold_wide_characters(std::string_view utf8) {
    std::string out;
    while (!utf8.empty()) {
        const auto code = is_lead_of(utf8[0], 4) ? code_at(utf8, 4) : 0;
        if (code < kPlane || code > 0x10ffff) {
            out += utf8[0];
            utf8.remove_prefix(1);
            continue;
        }
        append_code(out, kHigh + (code - kPlane) / kRange);
        append_code(out, kLow + (code - kPlane) % kRange);
        utf8.remove_prefix(4);
    }
    return out;
}

std::string unfold_wide_characters(std::string_view utf8) {
    std::string out;
    while (!utf8.empty()) {
        const auto high = is_lead_of(utf8[0], 3) ? code_at(utf8, 3) : 0;
        const bool may_be = high >= kHigh && high < kHigh + kRange && utf8.size() >= 6;
        const auto low = may_be ? code_at(utf8.substr(3), 3) : 0;
        if (low < kLow || low >= kLow + kRange) {
            out += utf8[0];
            utf8.remove_prefix(1);
            continue;
        }
        append_code(out, kPlane + (high - kHigh) * kRange + (low - kLow));
        utf8.remove_prefix(6);
    }
    return out;
}

}  // namespace sup::codec
