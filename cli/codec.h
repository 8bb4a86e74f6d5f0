#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/rpc.h"
#include "common/base/result.h"

// XML of calls and of their answers. Pure; the only file that knows xmlrpc-c.
namespace sup::cli {

// The default of the library, 512 KiB, is less than the answer of some hundred processes.
inline constexpr std::size_t kMaxAnswer = 16 * 1024 * 1024;

Result<std::string> encode_call(std::string_view method, const Parameters& parameters);

// A value or a fault; a failure when the text is no answer.
Reply decode_answer(const std::string& xml);

}  // namespace sup::cli
