#include "agent/shell/arguments_store.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "agent/exec/arguments_file.h"
#include "agent/exec/arguments_reading.h"
#include "agent/shell/durable_file.h"
#include "common/base/shell_words.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

constexpr mode_t kFolderMode = 0755;  // whatever the umask is

Error failure(const std::string& path) {
    return {concat(path, ": ", std::strerror(errno))};
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
    const auto present = exec::read_arguments_file(path);  // what cannot be read is replaced
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
    return replace_file(path, draft, bytes, Readers::Everybody);
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
        const auto bytes = exec::read_arguments_file(path);
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
