#include "agent/shell/port_probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace sup::shell {
namespace {

constexpr Duration kPatience{1000};

PortState state_of_error(int error) {
    return error == ECONNREFUSED ? PortState::Refused : PortState::Silent;
}

// A connection within one host may meet itself when it happens to draw the port that it calls.
bool is_connected_to_itself(int descriptor) {
    sockaddr_in here{};
    sockaddr_in there{};
    socklen_t size = sizeof here;
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&here), &size);
    size = sizeof there;
    getpeername(descriptor, reinterpret_cast<sockaddr*>(&there), &size);
    return here.sin_port == there.sin_port && here.sin_addr.s_addr == there.sin_addr.s_addr;
}

bool is_connected(int descriptor) {
    sockaddr_in there{};
    socklen_t size = sizeof there;
    return getpeername(descriptor, reinterpret_cast<sockaddr*>(&there), &size) == 0;
}

// What became of an attempt that was begun.
PortState outcome_of(int descriptor) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        return state_of_error(error);
    }
    if (!is_connected(descriptor)) {
        return PortState::Silent;
    }
    return is_connected_to_itself(descriptor) ? PortState::Refused : PortState::Open;
}

}  // namespace

PortProbe::PortProbe(EventLoop& loop, OnState on_state)
    : loop_(loop), on_state_(std::move(on_state)) {}

void PortProbe::start(const std::string& address, std::uint16_t port) {
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(port);
    socket_ = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_ || inet_pton(AF_INET, address.c_str(), &target.sin_addr) != 1) {
        return finish(PortState::Silent);
    }
    const int descriptor = socket_.get();
    if (connect(descriptor, reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0) {
        return finish(outcome_of(descriptor));
    }
    if (errno != EINPROGRESS) {
        return finish(state_of_error(errno));
    }
    // A refusal makes the socket readable, and so does the greeting of what listens there.
    watch_ = loop_.watch_readable(descriptor, [this] { finish(outcome_of(socket_.get())); });
    timer_ = loop_.timer([this] { finish(outcome_of(socket_.get())); });
    timer_->set(loop_.now() + kPatience);
}

void PortProbe::finish(PortState state) {
    watch_.reset();
    timer_.reset();
    socket_.reset();
    on_state_(state);
}

}  // namespace sup::shell
