#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Text as Python 3 understands it, because supervisord is written in it and the same file must mean
// the same thing to both. Texts are UTF-8.
namespace sup::config {

// One code point of a text, and the bytes it takes; a byte that is not UTF-8 stands for itself.
struct CodePoint {
    char32_t value = 0;
    std::size_t length = 0;  // 0: the text was empty
};
CodePoint first_code_point(std::string_view text);
CodePoint last_code_point(std::string_view text);
std::u32string decode_utf8(std::string_view text);
void append_utf8(std::string& out, char32_t code_point);
// Offset of the first byte that is not UTF-8, if any.
std::optional<std::size_t> find_bad_utf8(std::string_view text);

bool is_python_space(char32_t code_point);                     // str.isspace()
std::string_view python_strip(std::string_view text);          // str.strip()
std::string_view python_rstrip(std::string_view text);         // str.rstrip()
std::vector<std::string> python_words(std::string_view text);  // str.split()
// Lines of a text file: ended by \n, \r\n or \r.
std::vector<std::string_view> python_lines(std::string_view text);

enum class Base : int { Octal = 8, Decimal = 10 };
// int(text): blanks around, a sign, single underscores between digits. Nothing beyond 64 bits.
std::optional<std::int64_t> python_integer(std::string_view text, Base base = Base::Decimal);

// yes true on 1 / no false off 0, any case.
std::optional<bool> parse_switch_word(std::string_view text);
// A whole number with an optional suffix KB, MB or GB, any case.
std::optional<std::int64_t> parse_byte_size(std::string_view text);

}  // namespace sup::config
