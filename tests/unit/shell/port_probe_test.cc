#include "agent/shell/port_probe.h"

#include <catch2/catch.hpp>
#include <optional>

#include "agent/shell/name_resolver.h"
#include "tests/unit/shell/free_port.h"
#include "tests/unit/shell/loop_run.h"

namespace sup::shell {
namespace {

using test::run_until;

// A port that listens; it greets nobody, as an agent that is frozen.
struct Listener {
    Listener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        REQUIRE(bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(listen(socket.get(), 4) == 0);
    }
    std::uint16_t port = test::free_port();
    UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

std::optional<PortState> probe(std::uint16_t port, const std::string& address = "127.0.0.1") {
    EventLoop loop;
    std::optional<PortState> told;
    PortProbe probe(loop, [&](PortState state) { told = state; });
    probe.start(address, port);
    (void)run_until(loop, [&] { return told.has_value(); });
    return told;
}

TEST_CASE("a port that listens, even without a greeting, is open") {
    const Listener listener;
    CHECK(probe(listener.port) == PortState::Open);
}

TEST_CASE("a port where nothing listens is refused") {
    CHECK(probe(test::free_port()) == PortState::Refused);
}

TEST_CASE("an address that is none says nothing") {
    CHECK(probe(1, "not numeric") == PortState::Silent);
}

TEST_CASE("names are resolved on the loop's thread, in their own time") {
    EventLoop loop;
    NameResolver resolver(loop);
    std::optional<Result<std::string>> good;
    std::optional<Result<std::string>> bad;
    resolver.resolve("localhost", [&](const auto& answer) { good = answer; });
    resolver.resolve(std::string(80, 'n'), [&](const auto& answer) { bad = answer; });
    CHECK_FALSE(good);
    REQUIRE(run_until(loop, [&] { return good && bad; }));
    REQUIRE(*good);
    CHECK(**good == "127.0.0.1");
    REQUIRE_FALSE(*bad);
    CHECK(bad->error().message.find("has no address") != std::string::npos);
}

TEST_CASE("an answer after the end of the resolver is dropped") {
    EventLoop loop;
    bool was_told = false;
    {
        NameResolver resolver(loop);
        resolver.resolve("localhost", [&](const auto&) { was_told = true; });
    }
    test::run_ready(loop);
    CHECK_FALSE(was_told);
}

TEST_CASE("what counts as loopback") {
    CHECK(is_loopback("127.0.0.1"));
    CHECK(is_loopback("127.8.9.10"));
    CHECK(is_loopback("localhost"));
    CHECK_FALSE(is_loopback("10.0.0.1"));
    CHECK_FALSE(is_loopback("127.0.0.1.example.org"));
    CHECK_FALSE(is_loopback(""));
}

}  // namespace
}  // namespace sup::shell
