#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/command.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/worker.h"
#include "common/config/options.h"
#include "common/model/program_memory.h"

namespace sup::shell {

// Where an instance remembers its programs.
struct ProgramFiles {
    std::string disabilities;  // option disabilities_file, else in state_dir
    std::string numbers;       // in state_dir
    std::string overlay;       // in overlay_dir; empty: supervisord includes none of ours
};
ProgramFiles program_files(const config::Options& options);

struct RememberedPrograms {
    ProgramMemory memory;
    std::vector<std::string> warnings;
};
// What the former run of the agent left. A file that cannot be understood is put aside, renamed,
// and everything in it counts as never said. Blocks on the disk.
RememberedPrograms read_program_memory(const ProgramFiles& files);

// Writes it, off the loop, each file whole or not at all: a crash leaves the former one.
class ProgramStore {
public:
    struct Stored {
        std::uint64_t id = 0;
        std::optional<std::string> problem;
        bool overlay_changed = false;
    };
    using OnStored = std::function<void(Stored)>;

    ProgramStore(EventLoop& loop, ProgramFiles files, OnStored on_stored);

    void store(core::StorePrograms command);

private:
    EventLoop& loop_;
    ProgramFiles files_;
    std::shared_ptr<OnStored> on_stored_;
    std::unique_ptr<Worker> worker_;  // last: ends before what it uses
};

}  // namespace sup::shell
