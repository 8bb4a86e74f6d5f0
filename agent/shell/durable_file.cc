#include "agent/shell/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "agent/shell/unique_fd.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

constexpr mode_t kMode = 0644;

Error failure(const std::string& path) {
    return {concat(path, ": ", std::strerror(errno))};
}

Status write_file(const std::string& path, std::string_view bytes, Readers readers) {
    const UniqueFd file(
        open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kMode));
    if (!file || (readers == Readers::Everybody && fchmod(file.get(), kMode) != 0)) {
        return failure(path);
    }
    while (!bytes.empty()) {
        const auto count = write(file.get(), bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            return failure(path);
        }
        bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return fsync(file.get()) == 0 ? Status{} : failure(path);
}

}  // namespace

Status replace_file(const std::string& path, const std::string& draft, std::string_view bytes,
                    Readers readers) {
    if (auto written = write_file(draft, bytes, readers); !written) {
        unlink(draft.c_str());
        return written;
    }
    if (rename(draft.c_str(), path.c_str()) != 0) {
        return failure(path);
    }
    const auto folder = std::filesystem::path(path).parent_path().string();
    return sync_folder(folder.empty() ? "." : folder);
}

Status keep_file(const std::string& path, std::string_view bytes) {
    std::error_code told_by_what_follows;
    if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) {
        std::filesystem::create_directories(folder, told_by_what_follows);
    }
    return replace_file(path, path + ".new", bytes, Readers::ByUmask);
}

Status sync_folder(const std::string& folder) {
    const UniqueFd opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened && fsync(opened.get()) == 0 ? Status{} : failure(folder);
}

}  // namespace sup::shell
