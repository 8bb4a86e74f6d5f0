#include "agent/shell/sd_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "agent/shell/unique_fd.h"
#include "tests/unit/shell/scratch_directory.h"

namespace sup::shell {
namespace {

std::string received_by(const UniqueFd& socket) {
    char bytes[256];
    const auto got = recv(socket.get(), bytes, sizeof bytes, MSG_DONTWAIT);
    return std::string(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
}

TEST_CASE("the service manager is told, and the environment is cleaned of it") {
    const test::ScratchDirectory directory;
    const std::string path = directory.path("notify");
    const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    setenv("WATCHDOG_USEC", "4000000", 1);
    setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);

    const auto manager = ServiceManager::from_environment();
    CHECK(manager.watchdog_period() == 4_s);
    CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
    CHECK(std::getenv("WATCHDOG_USEC") == nullptr);
    manager.ready();
    CHECK(received_by(socket) == "READY=1");
    manager.alive();
    CHECK(received_by(socket) == "WATCHDOG=1");
    manager.stopping();
    CHECK(received_by(socket) == "STOPPING=1");
}

TEST_CASE("a watchdog that watches another process is not ours") {
    setenv("WATCHDOG_USEC", "4000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    CHECK_FALSE(ServiceManager::from_environment().watchdog_period().has_value());
}

TEST_CASE("without a service manager, or with one that is gone, nothing happens") {
    SECTION("none") {
        unsetenv("NOTIFY_SOCKET");
    }
    SECTION("gone") {
        setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
    }
    SECTION("a name that no socket can have") {
        setenv("NOTIFY_SOCKET", std::string(300, '@').c_str(), 1);
    }
    const auto manager = ServiceManager::from_environment();
    manager.ready();
    CHECK_FALSE(manager.watchdog_period().has_value());
}

}  // namespace
}  // namespace sup::shell
