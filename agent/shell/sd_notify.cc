#include "agent/shell/sd_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>

#include "agent/shell/unique_fd.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string taken = value == nullptr ? "" : value;
    unsetenv(name);
    return taken;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
    ServiceManager manager;
    manager.socket_ = take_variable("NOTIFY_SOCKET");
    const auto period_us = parse_integer(take_variable("WATCHDOG_USEC"));
    const std::string pid = take_variable("WATCHDOG_PID");
    const bool is_for_us = pid.empty() || parse_integer(pid) == std::int64_t{getpid()};
    if (period_us && *period_us > 0 && is_for_us) {
        manager.watchdog_period_ = Duration{*period_us / 1000};
    }
    return manager;
}

void ServiceManager::ready() const {
    send("READY=1");
}
void ServiceManager::stopping() const {
    send("STOPPING=1");
}
void ServiceManager::alive() const {
    send("WATCHDOG=1");
}

void ServiceManager::send(std::string_view state) const {
    sockaddr_un address{};
    if (socket_.size() < 2 || socket_.size() >= sizeof address.sun_path) {
        return;
    }
    address.sun_family = AF_UNIX;
    socket_.copy(address.sun_path, socket_.size());
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0';  // a name that is no file
    }
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    // Nobody is there to be told of a failure: a manager that misses a message acts by itself.
    [[maybe_unused]] const auto sent =
        sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace sup::shell
