#include "agent/shell/arguments_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "agent/exec/arguments_file.h"
#include "agent/shell/unique_fd.h"
#include "common/base/shell_words.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

// Of files and folders: whatever the umask is.
constexpr mode_t kFileMode = 0644;
constexpr mode_t kFolderMode = 0755;

Error failure(const std::string& path) {
    return {concat(path, ": ", std::strerror(errno))};
}

Status sync_folder(const std::string& folder) {
    const UniqueFd opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || fsync(opened.get()) != 0) {
        return failure(folder);
    }
    return {};
}

// Nothing: the file is not there.
Result<std::optional<std::string>> read_file(const std::string& path) {
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return errno == ENOENT ? Result<std::optional<std::string>>(std::nullopt) : failure(path);
    }
    std::string bytes;
    char piece[4096];
    while (true) {
        const auto count = ::read(file.get(), piece, sizeof piece);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure(path);
        }
        if (count == 0) {
            return std::optional(std::move(bytes));
        }
        bytes.append(piece, static_cast<std::size_t>(count));
        if (bytes.size() > 2 * kMaxArgumentsLength) {
            return Error{concat(path, ": it is too long")};
        }
    }
}

Status write_file(const std::string& path, std::string_view bytes) {
    const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode));
    if (!file || fchmod(file.get(), kFileMode) != 0) {
        return failure(path);
    }
    while (!bytes.empty()) {
        const auto count = write(file.get(), bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            return failure(path);
        }
        bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    if (fsync(file.get()) != 0) {
        return failure(path);
    }
    return {};
}

Status make_folder(const std::string& folder) {
    if (mkdir(folder.c_str(), kFolderMode) == 0) {
        chmod(folder.c_str(), kFolderMode);
    } else if (errno != EEXIST) {
        return failure(folder);
    }
    return {};
}

}  // namespace

std::string ArgumentsStore::folder() const {
    return concat(state_dir_, '/', exec::kArgumentsFolder);
}

Status ArgumentsStore::leave(const ExtraArguments& arguments) const {
    const auto path = exec::arguments_path(state_dir_, arguments.process);
    const auto present = read_file(path);  // what cannot be read is replaced
    if (arguments.extra_args.empty()) {
        if (present && !*present) {
            return {};
        }
        return unlink(path.c_str()) == 0 ? sync_folder(folder()) : failure(path);
    }
    const auto bytes = exec::encode_arguments(arguments.extra_args);
    if (present && *present == bytes) {
        return {};
    }
    for (const auto& needed : {state_dir_, folder()}) {
        if (auto made = make_folder(needed); !made) {
            return made;
        }
    }
    const auto draft = concat(folder(), "/.new");  // one writer: no two drafts
    if (auto written = write_file(draft, bytes); !written) {
        unlink(draft.c_str());
        return written;
    }
    return rename(draft.c_str(), path.c_str()) == 0 ? sync_folder(folder()) : failure(path);
}

ArgumentsStore::Reading ArgumentsStore::read() const {
    Reading reading;
    const auto close_folder = [](DIR* opened) { closedir(opened); };
    const std::unique_ptr<DIR, decltype(close_folder)> opened(opendir(folder().c_str()),
                                                              close_folder);
    if (opened == nullptr) {
        if (errno != ENOENT) {
            reading.damaged.push_back(failure(folder()).message);
        }
        return reading;
    }
    while (const dirent* entry = readdir(opened.get())) {
        const auto process = exec::process_of_file_name(entry->d_name);
        if (!process) {
            continue;
        }
        const auto path = exec::arguments_path(state_dir_, *process);
        const auto bytes = read_file(path);
        if (!bytes) {
            reading.damaged.push_back(bytes.error().message);
        } else if (*bytes) {
            auto extra_args = exec::decode_arguments(**bytes);
            if (extra_args) {
                reading.items.push_back({*process, std::move(*extra_args)});
            } else {
                reading.damaged.push_back(concat(path, ": ", extra_args.error().message));
            }
        }
    }
    return reading;
}

}  // namespace sup::shell
