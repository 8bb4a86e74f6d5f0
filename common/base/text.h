#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// Text without surprises: no locale, no exceptions, no allocation that is not visible.
namespace sup {

inline void append_piece(std::string& out, std::string_view piece) {
    out.append(piece);
}
inline void append_piece(std::string& out, const char* piece) {
    out.append(piece);
}
inline void append_piece(std::string& out, const std::string& piece) {
    out.append(piece);
}
inline void append_piece(std::string& out, char piece) {
    out.push_back(piece);
}
inline void append_piece(std::string& out, bool piece) {
    out.append(piece ? "true" : "false");
}
template <typename T>
requires std::is_integral_v<T>
void append_piece(std::string& out, T piece) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, piece).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

// The pieces one after the other: concat("rank ", 3, " of ", name).
template <typename... Pieces>
std::string concat(const Pieces&... pieces) {
    std::string out;
    (append_piece(out, pieces), ...);
    return out;
}

// Without the blanks (space, tab, CR, LF, VT, FF) at both ends.
std::string_view trim(std::string_view text);

// The items between the separators, trimmed, empty ones dropped: " a, ,b" -> {a, b}.
std::vector<std::string> split_list(std::string_view text, char separator = ',');

// The pieces between the separators, as they are, empty ones kept.
std::vector<std::string> split(std::string_view text, char separator);

std::string join(std::span<const std::string> items, std::string_view separator);

// ['a', 'b'], as Python prints a list of strings: the form of fault texts and of the tables of
// supvisorsctl.
std::string python_list(std::span<const std::string> items);

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

// Not empty, and made of ASCII letters, digits and these other characters.
bool holds_only(std::string_view text, std::string_view others);

// A whole decimal number, with an optional minus sign and nothing around it.
std::optional<std::int64_t> parse_integer(std::string_view text);

// The candidate that differs from `word` by the fewest edits, if it is near enough to be a slip of
// the keyboard (at most a third of the letters); otherwise nothing.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace sup
