#include "agent/shell/discovery_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "agent/shell/unique_fd.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

constexpr std::size_t kMinKeyBytes = 16;
constexpr std::size_t kMaxKeyBytes = 4096;

}  // namespace

Result<codec::DiscoveryKey> read_discovery_key(const std::string& path) {
    if (path.empty() || path == "NONE") {
        return codec::DiscoveryKey{};
    }
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || fstat(file.get(), &status) != 0) {
        return Error{concat(path, ": cannot be read: ", std::strerror(errno))};
    }
    if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return Error{
            concat(path, ": a file that only its owner can read (mode 0600) was expected")};
    }
    std::array<char, kMaxKeyBytes + 1> bytes{};
    const auto got = read(file.get(), bytes.data(), bytes.size());
    if (got < 0) {
        return Error{concat(path, ": cannot be read: ", std::strerror(errno))};
    }
    const auto text = trim({bytes.data(), static_cast<std::size_t>(got)});
    if (text.size() < kMinKeyBytes || static_cast<std::size_t>(got) > kMaxKeyBytes) {
        return Error{concat(path, ": ", got, " bytes; a secret of ", kMinKeyBytes, " to ",
                            kMaxKeyBytes, " bytes was expected")};
    }
    return codec::make_discovery_key(text);
}

}  // namespace sup::shell
