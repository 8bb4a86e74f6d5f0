#pragma once

#include <string>
#include <vector>

#include "common/config/document.h"

namespace sup::config {

// The kinds of sections that describe processes.
enum class ProgramKind { Program, FastCgi, EventListener };

// One section that describes a program, in one of the groups that hold it.
struct ProgramUse {
    std::string section;
    std::string group;
    ProgramKind kind = ProgramKind::Program;
};

// The processes of a program, numprocs of them, sorted by name as supervisord keeps them; `index`
// is the rank of the number. Empty when the section is wrong.
std::vector<ProcessConfig> read_program(const Document& document, const ProgramUse& use,
                                        Problems& problems);

}  // namespace sup::config
