#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace sup {

// More than any command line needs, less than the system takes for one argument.
inline constexpr std::size_t kMaxArgumentsLength = 64 * 1024;

// The words of a text of arguments, cut as a POSIX shell cuts them, without running one:
//
// - blanks (space, tab, CR, LF) separate words;
// - 'single quotes' keep all that they hold;
// - "double quotes" keep all but the backslash before \ " $ ` and the end of a line;
// - elsewhere a backslash keeps the next character, and drops the end of a line with it;
// - two quotes with nothing between them are an empty word.
//
// Nothing is expanded and nothing ends the text early: $, *, ~, #, |, ; and the like are ordinary
// characters.
//
// Errors: a quote that is not closed or a backslash at the end, with the position in bytes from 1;
// a NUL, which no argument can hold; a text longer than kMaxArgumentsLength.
Result<std::vector<std::string>> split_words(std::string_view text);

}  // namespace sup
