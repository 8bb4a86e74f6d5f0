#include "agent/shell/discovery_socket.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "agent/shell/discovery_key.h"
#include "common/base/text.h"
#include "tests/unit/shell/free_port.h"
#include "tests/unit/shell/loop_run.h"
#include "tests/unit/shell/scratch_directory.h"

namespace sup::shell {
namespace {

using test::run_until;

// One agent's end of a group on loopback.
struct End {
    End(EventLoop& loop, const DiscoverySocket::Group& group, const codec::DiscoveryKey& key)
        : socket(loop, group, key,
                 {[this](Announcement one) { heard.push_back(std::move(one)); },
                  [this](std::string text) { problems.push_back(std::move(text)); }}) {
        socket.open();
    }
    std::vector<Announcement> heard;
    std::vector<std::string> problems;
    DiscoverySocket socket;
};

DiscoverySocket::Group local_group() {
    auto group = parse_group(concat("239.255.77.1:", test::free_port()));
    group.interface = "127.0.0.1";
    return group;
}

Announcement sample() {
    return {"h:60000", "n", "h", 60000, 60003, {"S"}, 9, 1};
}

void send_raw(const DiscoverySocket::Group& group, const std::string& bytes) {
    const UniqueFd sender(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    in_addr interface {};
    inet_pton(AF_INET, "127.0.0.1", &interface);
    REQUIRE(setsockopt(sender.get(), IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) ==
            0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(group.port);
    inet_pton(AF_INET, group.address.c_str(), &to.sin_addr);
    REQUIRE(sendto(sender.get(), bytes.data(), bytes.size(), 0,
                   reinterpret_cast<const sockaddr*>(&to),
                   sizeof to) == static_cast<ssize_t>(bytes.size()));
}

TEST_CASE("the group is read from its option") {
    const auto group = parse_group("239.1.2.3:61001");
    CHECK(group.address == "239.1.2.3");
    CHECK(group.port == 61001);
    CHECK(group.ttl == 1);
}

TEST_CASE("all agents of one host hear an announcement, its sender as well") {
    EventLoop loop;
    const auto group = local_group();
    End left(loop, group, {});
    End right(loop, group, {});
    left.socket.announce(sample());
    REQUIRE(run_until(loop, [&] { return left.heard.size() == 1 && right.heard.size() == 1; }));
    CHECK(right.heard[0] == sample());
    CHECK(left.problems.empty());
}

TEST_CASE("garbage and other keys are reported once, and end nothing (O-75, D-44)") {
    EventLoop loop;
    const auto group = local_group();
    const auto key = codec::make_discovery_key("a secret of some length");
    End stranger(loop, group, {});
    End left(loop, group, key);
    End right(loop, group, key);
    for (const std::size_t size : {0U, 1U, 600U, 1401U, 5000U}) {
        send_raw(group, std::string(size, 'x'));
    }
    stranger.socket.announce(sample());
    left.socket.announce(sample());
    REQUIRE(run_until(loop, [&] { return right.heard.size() == 1; }));
    REQUIRE(right.problems.size() == 1);
    CHECK(right.problems[0].find("from 127.0.0.1") != std::string::npos);
    CHECK(right.heard[0] == sample());
    CHECK(stranger.heard.size() == 1);  // its own
}

TEST_CASE("a group that cannot be joined is said once, and harms nobody") {
    EventLoop loop;
    auto group = local_group();
    group.interface = "192.0.2.77";  // of no interface
    End end(loop, group, {});
    end.socket.open();
    end.socket.announce(sample());
    REQUIRE(end.problems.size() == 1);
    CHECK(end.problems[0].find("cannot be joined on 192.0.2.77") != std::string::npos);
}

TEST_CASE("an instance with too many names says so once") {
    EventLoop loop;
    End end(loop, local_group(), {});
    auto own = sample();
    own.stereotypes.assign(codec::kMaxStereotypes + 1, "s");
    end.socket.announce(own);
    end.socket.announce(own);
    REQUIRE(end.problems.size() == 1);
    CHECK(end.problems[0].find("can be announced") != std::string::npos);
}

TEST_CASE("the secret is a file of the owner's alone, neither short nor endless") {
    const test::ScratchDirectory directory;
    const auto path = directory.path() + "/key";
    const auto write = [&](const std::string& text, mode_t mode) {
        std::ofstream(path, std::ios::trunc) << text;
        REQUIRE(chmod(path.c_str(), mode) == 0);
    };
    CHECK_FALSE(read_discovery_key("")->is_set());
    CHECK_FALSE(read_discovery_key("NONE")->is_set());
    CHECK(read_discovery_key(path).error().message.find("cannot be read") != std::string::npos);
    write("0123456789abcdef\n", 0600);
    CHECK(read_discovery_key(path)->secret == codec::make_discovery_key("0123456789abcdef").secret);
    write("0123456789abcdef\n", 0640);
    CHECK(read_discovery_key(path).error().message.find("mode 0600") != std::string::npos);
    write("short\n", 0600);
    CHECK(read_discovery_key(path).error().message.find("16 to 4096 bytes") != std::string::npos);
    write(std::string(5000, 'k'), 0600);
    CHECK(read_discovery_key(path).error().message.find("16 to 4096 bytes") != std::string::npos);
}

}  // namespace
}  // namespace sup::shell
