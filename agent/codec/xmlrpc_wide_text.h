#pragma once

#include <string>
#include <string_view>

// xmlrpc-c refuses characters beyond the Basic Multilingual Plane (an emoji in a log, an argument).
// Before it reads the XML each of them is folded into two characters of the private use area (ten
// bits in U+E000.., ten in U+E400..), and the texts that it gives are unfolded.
namespace sup::codec {

bool has_wide_characters(std::string_view utf8);
std::string fold_wide_characters(std::string_view utf8);
std::string unfold_wide_characters(std::string_view utf8);

}  // namespace sup::codec
