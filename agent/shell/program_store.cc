#include "agent/shell/program_store.h"

#include <filesystem>
#include <utility>

#include "agent/codec/program_json.h"
#include "agent/shell/durable_file.h"
#include "common/base/text.h"
#include "common/config/file_access.h"

namespace sup::shell {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxWaiting = 1024;
constexpr const char* kOverlayName = "zz-supvisors.conf";

// Whether the file had to be written.
Result<bool> update_file(const std::string& path, std::string_view text) {
    const auto present = config::system_files().read(path);
    if (present && *present == text) {
        return false;
    }
    if (const auto kept = keep_file(path, text); !kept) {  // also in a new folder (E-191)
        return kept.error();
    }
    return true;
}

// What `decode` makes of the file; nothing when there is none, or when it is put aside.
template <typename T>
std::optional<T> read_remembered(const std::string& path, Result<T> (*decode)(std::string_view),
                                 std::vector<std::string>& warnings) {
    const auto& files = config::system_files();
    if (files.kind(path) == config::FileAccess::Kind::Missing) {
        return std::nullopt;
    }
    const auto text = files.read(path);
    if (!text) {
        warnings.push_back(concat(path, ": ", text.error().message, "; it is ignored"));
        return std::nullopt;
    }
    auto decoded = decode(*text);
    if (decoded) {
        return std::move(*decoded);
    }
    std::error_code problem;
    fs::rename(path, path + ".bad", problem);
    warnings.push_back(concat(path, ": ", decoded.error().message, "; it is ignored",
                              problem ? "" : ", and renamed to .bad"));
    return std::nullopt;
}

ProgramStore::Stored write_files(const ProgramFiles& files, const core::StorePrograms& command) {
    ProgramStore::Stored stored{command.id, std::nullopt, false};
    const auto update = [&](const std::string& path, const std::string& text) {
        const auto updated = update_file(path, text);
        if (!updated && !stored.problem) {
            stored.problem = updated.error().message;
        }
        return updated && *updated;
    };
    update(files.disabilities, codec::encode_disabilities(command.memory.disabilities));
    update(files.numbers, codec::encode_numbers(command.memory));
    const bool is_needed =
        !files.overlay.empty() && (!command.overlay.empty() || fs::exists(fs::path(files.overlay)));
    if (is_needed) {
        stored.overlay_changed = update(files.overlay, codec::overlay_text(command.overlay));
    }
    return stored;
}

}  // namespace

ProgramFiles program_files(const config::Options& options) {
    const auto in_state_dir = [&](const char* name) {
        return (fs::path(options.state_dir) / name).string();
    };
    ProgramFiles files;
    files.disabilities = options.disabilities_file.empty() ? in_state_dir("disabilities.json")
                                                           : options.disabilities_file;
    files.numbers = in_state_dir("numprocs.json");
    if (!options.overlay_dir.empty()) {
        files.overlay = (fs::path(options.overlay_dir) / kOverlayName).string();
    }
    return files;
}

RememberedPrograms read_program_memory(const ProgramFiles& files) {
    RememberedPrograms remembered;
    auto numbers = read_remembered(files.numbers, codec::decode_numbers, remembered.warnings);
    remembered.memory = std::move(numbers).value_or(ProgramMemory{});
    auto disabilities =
        read_remembered(files.disabilities, codec::decode_disabilities, remembered.warnings);
    remembered.memory.disabilities =
        std::move(disabilities).value_or(std::map<std::string, bool>{});
    return remembered;
}

ProgramStore::ProgramStore(EventLoop& loop, ProgramFiles files, OnStored on_stored)
    : loop_(loop),
      files_(std::move(files)),
      on_stored_(std::make_shared<OnStored>(std::move(on_stored))),
      worker_(std::make_unique<Worker>("programs", kMaxWaiting)) {}

void ProgramStore::store(core::StorePrograms command) {
    const auto id = command.id;
    const auto answer = [this](Stored stored) {
        loop_.post(
            [stored = std::move(stored), receiver = std::weak_ptr<OnStored>(on_stored_)]() mutable {
                if (const auto on_stored = receiver.lock()) {
                    (*on_stored)(std::move(stored));
                }
            });
    };
    const bool accepted = worker_->submit(
        [this, answer, command = std::move(command)] { answer(write_files(files_, command)); });
    if (!accepted) {
        answer({id, "too many changes of programs are waiting to be written", false});
    }
}

}  // namespace sup::shell
