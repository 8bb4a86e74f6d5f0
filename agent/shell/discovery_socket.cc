#include "agent/shell/discovery_socket.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

constexpr Duration kGarbagePeriod = 10_s;
constexpr Duration kRetry = 2_s;
// Per turn of the loop: a flood does not keep it from its work.
constexpr int kMaxDatagramsAtOnce = 64;

in_addr address_of(const std::string& text) {
    in_addr address{};
    SUP_CHECK(text.empty() || inet_pton(AF_INET, text.c_str(), &address) == 1,
              "addresses were checked with the options");
    return address;  // all zeros for none: INADDR_ANY
}

std::string text_of(const sockaddr_in& address) {
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
    return text.data();
}

template <typename Value>
bool set(int socket, int level, int option, const Value& value) {
    return setsockopt(socket, level, option, &value, sizeof value) == 0;
}

}  // namespace

DiscoverySocket::Group parse_group(const std::string& text) {
    const auto colon = text.rfind(':');
    SUP_CHECK(colon != std::string::npos, "the group was checked with the options");
    DiscoverySocket::Group group;
    group.address = text.substr(0, colon);
    group.port = static_cast<std::uint16_t>(parse_integer(text.substr(colon + 1)).value_or(0));
    return group;
}

DiscoverySocket::DiscoverySocket(EventLoop& loop, Group group, codec::DiscoveryKey key,
                                 Callbacks callbacks)
    : loop_(loop),
      group_(std::move(group)),
      key_(std::move(key)),
      callbacks_(std::move(callbacks)),
      garbage_(kGarbagePeriod),
      retry_(loop.timer([this] { open(); })) {
    destination_.sin_family = AF_INET;
    destination_.sin_port = htons(group_.port);
    destination_.sin_addr = address_of(group_.address);
}

void DiscoverySocket::open() {
    const auto joined = join();
    if (joined) {
        not_joined_.clear();
        return;
    }
    say_once(not_joined_,
             concat("the group ", group_.address, ":", group_.port, " cannot be joined on ",
                    group_.interface.empty() ? "any interface" : group_.interface, ": ",
                    joined.error().message, "; tried again"));
    retry_->set(loop_.now() + kRetry);
}

Status DiscoverySocket::join() {
    UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int raw = socket.get();
    ip_mreqn membership{};
    membership.imr_multiaddr = destination_.sin_addr;
    membership.imr_address = address_of(group_.interface);
    const int on = 1;
    const int off = 0;
    // Bound to the group's address, it gets what is sent to the group, and nothing else.
    const bool good =
        socket && set(raw, SOL_SOCKET, SO_REUSEADDR, on) &&
        bind(raw, reinterpret_cast<const sockaddr*>(&destination_), sizeof destination_) == 0 &&
        set(raw, IPPROTO_IP, IP_MULTICAST_ALL, off) &&
        set(raw, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership) &&
        set(raw, IPPROTO_IP, IP_MULTICAST_TTL, group_.ttl) &&
        set(raw, IPPROTO_IP, IP_MULTICAST_LOOP, on) &&
        (group_.interface.empty() || set(raw, IPPROTO_IP, IP_MULTICAST_IF, membership));
    if (!good) {
        return Error{std::strerror(errno)};
    }
    socket_ = std::move(socket);
    watch_ = loop_.watch_readable(socket_.get(), [this] { receive(); });
    return {};
}

void DiscoverySocket::announce(const Announcement& announcement) {
    if (!socket_) {
        return;
    }
    const auto datagram = codec::encode_announcement(announcement, key_);
    if (!datagram) {
        say_once(not_sent_, datagram.error().message);
        return;
    }
    const auto sent = sendto(socket_.get(), datagram->data(), datagram->size(), 0,
                             reinterpret_cast<const sockaddr*>(&destination_), sizeof destination_);
    if (sent >= 0) {
        not_sent_.clear();
    } else if (errno != EAGAIN && errno != EINTR) {
        say_once(not_sent_, concat("nothing can be sent to the group ", group_.address, ":",
                                   group_.port, ": ", std::strerror(errno)));
    }
}

void DiscoverySocket::receive() {
    // One byte more than allowed shows what is too long.
    std::array<char, codec::kMaxDatagramBytes + 1> bytes;
    for (int count = 0; count < kMaxDatagramsAtOnce; ++count) {
        sockaddr_in sender{};
        socklen_t length = sizeof sender;
        const auto got = recvfrom(socket_.get(), bytes.data(), bytes.size(), 0,
                                  reinterpret_cast<sockaddr*>(&sender), &length);
        if (got < 0) {
            return;  // nothing more, or an error of one datagram: the socket lives
        }
        auto heard =
            codec::decode_announcement({bytes.data(), static_cast<std::size_t>(got)}, key_);
        if (heard) {
            callbacks_.on_announcement(std::move(*heard));
        } else if (const auto line = garbage_.next(
                       loop_.now(), concat(heard.error().message, ", from ", text_of(sender)))) {
            callbacks_.on_problem(*line);
        }
    }
}

void DiscoverySocket::say_once(std::string& said, std::string text) {
    if (said != text) {
        said = text;
        callbacks_.on_problem(std::move(text));
    }
}

}  // namespace sup::shell
