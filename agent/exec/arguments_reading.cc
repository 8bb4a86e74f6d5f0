#include "agent/exec/arguments_reading.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/base/shell_words.h"
#include "common/base/text.h"

namespace sup::exec {
namespace {

Result<std::optional<std::string>> failure(const std::string& path, const char* what) {
    return Error{concat(path, ": ", what)};
}

Result<std::optional<std::string>> read_to_end(const std::string& path, int file) {
    std::string bytes;
    char piece[4096];
    while (bytes.size() <= 2 * kMaxArgumentsLength) {
        const auto count = read(file, piece, sizeof piece);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure(path, std::strerror(errno));
        }
        if (count == 0) {
            return std::optional(std::move(bytes));
        }
        bytes.append(piece, static_cast<std::size_t>(count));
    }
    return failure(path, "it is too long");
}

}  // namespace

Result<std::optional<std::string>> read_arguments_file(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        return std::optional<std::string>();
    }
    if (file < 0) {
        return failure(path, std::strerror(errno));
    }
    auto bytes = read_to_end(path, file);
    close(file);
    return bytes;
}

}  // namespace sup::exec
