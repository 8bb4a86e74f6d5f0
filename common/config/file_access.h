#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"

namespace sup::config {

// The files as the reader sees them: the system's, or those that a test keeps in memory.
class FileAccess {
public:
    enum class Kind { Missing, File, Directory };  // of what a path leads to, links followed
    struct Entry {
        std::string name;
        Kind kind = Kind::File;
    };

    virtual ~FileAccess() = default;

    virtual Result<std::string> read(const std::string& path) const = 0;
    // Without `.` and `..`; empty when the directory cannot be read.
    virtual std::vector<Entry> list(const std::string& directory) const = 0;
    virtual Kind kind(const std::string& path) const = 0;
    // Also of a link that leads nowhere.
    virtual bool exists(const std::string& path) const = 0;
};

const FileAccess& system_files();

}  // namespace sup::config
