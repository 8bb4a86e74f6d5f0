#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/model/extra_arguments.h"

namespace sup::shell {

// The files in which extra arguments are left for supvisors-exec (arguments_file.h). Programs may
// run as other users: the files and their folder are for everybody to read, as command lines are.
//
// Every function blocks on the disk.
class ArgumentsStore {
public:
    explicit ArgumentsStore(std::string state_dir) : state_dir_(std::move(state_dir)) {}

    // When this returns without an error, they survive a crash of the host; after an error or a
    // crash meanwhile, the former ones hold. Writes nothing when they are there already. No
    // arguments: no file. Errors: `path: what`.
    Status leave(const ExtraArguments& arguments) const;

    struct Reading {
        std::vector<ExtraArguments> items;
        std::vector<std::string> damaged;  // `path: what`
    };
    // All that was left. No folder: nothing was.
    Reading read() const;

private:
    std::string folder() const;

    std::string state_dir_;
};

}  // namespace sup::shell
