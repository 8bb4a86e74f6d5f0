#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"

// From the dialect of Python's `re` to the ECMAScript dialect of the standard library.
namespace sup::rules {

enum class LetterCase { Significant, Ignored };

struct EcmaPattern {
    std::wstring text;
    LetterCase letter_case = LetterCase::Significant;
    std::size_t loop_states = 0;  // that one character of a name can make the search go through
};

// Translated spellings: `(?P<n>...)`, `(?P=n)`, `\A`, `\Z`, `(?#...)`, `{,n}`, `[]...]`, octal and
// hexadecimal escapes, the global flags i, a, u, m and s (the last four change nothing for a name,
// which has no line end). An error says what was wrong and at which character. It also bounds the
// size of the compiled expression and of its loops: see Pattern.
Result<EcmaPattern> translate_python_pattern(std::string_view text);

// The characters of a UTF-8 text; a byte that is not UTF-8 becomes the lone surrogate U+DC00 +
// byte, as in Python's surrogateescape.
std::wstring decode_characters(std::string_view text);

}  // namespace sup::rules
