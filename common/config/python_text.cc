#include "common/config/python_text.h"

#include <limits>

#include "common/base/text.h"

namespace sup::config {
namespace {

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// Bytes announced by the first one; 0 when no sequence starts so.
std::size_t announced_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xc2 && lead < 0xe0) {
        return 2;
    }
    if (lead >= 0xe0 && lead < 0xf0) {
        return 3;
    }
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

// Overlong forms, surrogates and numbers beyond Unicode are not UTF-8.
bool is_canonical(char32_t value, std::size_t length) {
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    return value >= kLeast[length] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

std::optional<CodePoint> decode_one(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = announced_length(lead);
    if (length == 0 || length > text.size()) {
        return std::nullopt;
    }
    char32_t value = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i])) {
            return std::nullopt;
        }
        value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    if (!is_canonical(value, length)) {
        return std::nullopt;
    }
    return CodePoint{value, length};
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    return decode_one(text).value_or(CodePoint{static_cast<unsigned char>(text.front()), 1});
}

CodePoint last_code_point(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    std::size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && is_continuation(text[start])) {
        --start;
    }
    const auto found = decode_one(text.substr(start));
    if (found && found->length == text.size() - start) {
        return *found;
    }
    return {static_cast<unsigned char>(text.back()), 1};
}

std::u32string decode_utf8(std::string_view text) {
    std::u32string out;
    while (!text.empty()) {
        const auto point = first_code_point(text);
        out.push_back(point.value);
        text.remove_prefix(point.length);
    }
    return out;
}

void append_utf8(std::string& out, char32_t code_point) {
    const auto byte = [](char32_t bits) {
        return static_cast<char>(static_cast<unsigned char>(bits));
    };
    if (code_point < 0x80) {
        out.push_back(byte(code_point));
        return;
    }
    if (code_point < 0x800) {
        out.push_back(byte(0xc0U | (code_point >> 6)));
    } else {
        if (code_point < 0x10000) {
            out.push_back(byte(0xe0U | (code_point >> 12)));
        } else {
            out.push_back(byte(0xf0U | (code_point >> 18)));
            out.push_back(byte(0x80U | ((code_point >> 12) & 0x3fU)));
        }
        out.push_back(byte(0x80U | ((code_point >> 6) & 0x3fU)));
    }
    out.push_back(byte(0x80U | (code_point & 0x3fU)));
}

std::optional<std::size_t> find_bad_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto point = decode_one(text.substr(at));
        if (!point) {
            return at;
        }
        at += point->length;
    }
    return std::nullopt;
}

bool is_python_space(char32_t c) {
    return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

std::string_view python_rstrip(std::string_view text) {
    while (true) {
        const auto point = last_code_point(text);
        if (point.length == 0 || !is_python_space(point.value)) {
            return text;
        }
        text.remove_suffix(point.length);
    }
}

std::string_view python_strip(std::string_view text) {
    while (true) {
        const auto point = first_code_point(text);
        if (point.length == 0 || !is_python_space(point.value)) {
            return python_rstrip(text);
        }
        text.remove_prefix(point.length);
    }
}

std::vector<std::string> python_words(std::string_view text) {
    std::vector<std::string> words;
    bool in_word = false;
    while (!text.empty()) {
        const auto point = first_code_point(text);
        const bool is_blank = is_python_space(point.value);
        if (!is_blank && !in_word) {
            words.emplace_back();
        }
        if (!is_blank) {
            words.back().append(text.substr(0, point.length));
        }
        in_word = !is_blank;
        text.remove_prefix(point.length);
    }
    return words;
}

std::vector<std::string_view> python_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find_first_of("\r\n");
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            break;
        }
        const bool is_pair = text.substr(end, 2) == "\r\n";
        text.remove_prefix(end + (is_pair ? 2 : 1));
    }
    return lines;
}

std::optional<std::int64_t> python_integer(std::string_view text, Base base) {
    text = python_strip(text);
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (base == Base::Octal && (text.starts_with("0o") || text.starts_with("0O"))) {
        text.remove_prefix(text.substr(2).starts_with('_') ? 3 : 2);
    }
    std::string digits;
    char previous = '_';
    for (const char c : text) {
        const bool is_digit = c >= '0' && c < '0' + static_cast<int>(base);
        if (!is_digit && (c != '_' || previous == '_')) {
            return std::nullopt;
        }
        if (is_digit) {
            digits.push_back(c);
        }
        previous = c;
    }
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                                static_cast<int>(base));
    if (previous == '_' || failure != std::errc{}) {
        return std::nullopt;
    }
    return is_negative ? -value : value;
}

std::optional<bool> parse_switch_word(std::string_view text) {
    const auto word = to_lower(text);
    if (word == "yes" || word == "true" || word == "on" || word == "1") {
        return true;
    }
    if (word == "no" || word == "false" || word == "off" || word == "0") {
        return false;
    }
    return std::nullopt;
}

std::optional<std::int64_t> parse_byte_size(std::string_view text) {
    std::int64_t unit = 1;
    if (text.size() >= 2) {
        const auto suffix = to_lower(text.substr(text.size() - 2));
        unit = suffix == "kb"   ? 1LL << 10
               : suffix == "mb" ? 1LL << 20
               : suffix == "gb" ? 1LL << 30
                                : 1;
        text.remove_suffix(unit == 1 ? 0 : 2);
    }
    const auto count = python_integer(text);
    const auto limit = std::numeric_limits<std::int64_t>::max() / unit;
    if (!count || *count > limit || *count < -limit) {
        return std::nullopt;
    }
    return *count * unit;
}

}  // namespace sup::config
