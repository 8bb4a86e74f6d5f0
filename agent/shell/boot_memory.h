#pragma once

#include <optional>
#include <string>

#include "common/model/messages.h"

// Peers take a message of a lesser run id for a late one of a run that is over. So that a run is
// not taken for that when the wall clock, of which ids are made, was set back, the last id is kept.
namespace sup::shell {

struct Boot {
    BootId id = 0;
    std::optional<std::string> problem;  // the memory could not be read or written; the id is good
};

// `drawn`, or the successor of the last id if that is greater; it is on the disk when this returns.
// Blocks on the disk: before anybody is served.
Boot next_boot(const std::string& state_dir, BootId drawn);

}  // namespace sup::shell
