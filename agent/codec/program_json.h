#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/model/program_memory.h"

// The files in which an instance remembers its programs. Read defensively: a user, or Supvisors
// itself, may have written them.
namespace sup::codec {

// `disabilities_file`: an object of booleans, by name of program; the same as Supvisors writes.
std::string encode_disabilities(const std::map<std::string, bool>& disabilities);
Result<std::map<std::string, bool>> decode_disabilities(std::string_view text);

// The numbers of processes, in a file of our own: everything of the memory but the disabilities.
std::string encode_numbers(const ProgramMemory& memory);
Result<ProgramMemory> decode_numbers(std::string_view text);

// The file that supervisord includes last, so that it overrides what is configured elsewhere.
std::string overlay_text(std::span<const OverlaySection> sections);

}  // namespace sup::codec
