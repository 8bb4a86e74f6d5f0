#pragma once

#include <optional>
#include <string>

#include "common/base/result.h"

namespace sup::exec {

// The bytes of a file of arguments, for decode_arguments(); nothing: it is not there. At most as
// long as such a file can be. Errors: `path: what`.
Result<std::optional<std::string>> read_arguments_file(const std::string& path);

}  // namespace sup::exec
