#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/model/names.h"

// The files by which an agent leaves extra arguments to supvisors-exec: one for each process that
// has some, in the folder `args` of the agent's state_dir. Both ends share this page. Pure text.
//
// A file holds a first line with the size and the hash of the arguments, then the arguments as the
// user gave them, quotes included: a file that was half written, or written by somebody else, is
// told from a good one. No file means no extra arguments.
namespace sup::exec {

inline constexpr std::string_view kArgumentsFolder = "args";

// The file's name in the folder: `group:name`, with %XX for what a name of a file should not hold.
std::string arguments_file_name(const ProcessName& process);
// The process of a file of that name; nothing for a file that is none of these.
std::optional<ProcessName> process_of_file_name(std::string_view file);

std::string arguments_path(std::string_view state_dir, const ProcessName& process);

std::string encode_arguments(std::string_view extra_args);
// Errors: what is wrong with the bytes.
Result<std::string> decode_arguments(std::string_view bytes);

}  // namespace sup::exec
