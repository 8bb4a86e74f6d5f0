#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/config/file_access.h"

namespace sup::config {

// Whether the name matches: `*`, `?`, `[a-z]`, `[!a-z]`; nothing escapes (Python's fnmatch).
bool does_name_match(std::string_view name, std::string_view pattern);

// The paths that match an absolute pattern, sorted by code point. `*` does not match a leading dot;
// a pattern without wildcard matches what exists.
std::vector<std::string> find_files(const std::string& pattern, const FileAccess& files);

}  // namespace sup::config
