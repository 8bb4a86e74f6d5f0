#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

// Small files of which either the former or the new content survives, whatever happens.
namespace sup::shell {

enum class Readers {
    ByUmask,   // 0644 less the umask
    Everybody  // 0644, whatever the umask is
};

// The file holds these bytes when this returns without an error, also after a crash of the host;
// after an error, or a crash meanwhile, it is what it was. Written as `draft` first, in the same
// folder, which must have no other writer. Blocks on the disk. Errors: `path: what`.
Status replace_file(const std::string& path, const std::string& draft, std::string_view bytes,
                    Readers readers);

// The same in a folder that may be missing, and is made. The draft is `path` with `.new`.
Status keep_file(const std::string& path, std::string_view bytes);

// That a name was given or taken away in the folder is on the disk for good.
Status sync_folder(const std::string& folder);

}  // namespace sup::shell
