#include <cstddef>

#include "rules/pattern_syntax.h"

namespace sup::rules {
namespace {

struct Decoded {
    wchar_t character = 0;
    std::size_t bytes = 1;
};

unsigned byte_at(std::string_view text, std::size_t index) {
    return static_cast<unsigned char>(text[index]);
}

// The character at the start of the text, which is not empty.
Decoded decode_one(std::string_view text) {
    const unsigned first = byte_at(text, 0);
    if (first < 0x80) {
        return {static_cast<wchar_t>(first), 1};
    }
    const Decoded bad{static_cast<wchar_t>(0xdc00 + first), 1};
    const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < bytes) {
        return bad;
    }
    unsigned code = first & (0xffU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte_at(text, i) & 0xc0U) != 0x80) {
            return bad;
        }
        code = (code << 6) | (byte_at(text, i) & 0x3fU);
    }
    const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return overlong || surrogate || code > 0x10ffff ? bad
                                                    : Decoded{static_cast<wchar_t>(code), bytes};
}

}  // namespace

std::wstring decode_characters(std::string_view text) {
    std::wstring out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [character, bytes] = decode_one(text);
        out += character;
        text.remove_prefix(bytes);
    }
    return out;
}

}  // namespace sup::rules
