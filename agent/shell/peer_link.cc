#include "agent/shell/peer_link.h"

#include <algorithm>
#include <utility>

#include "agent/shell/zmq_security.h"
#include "agent/shell/zmq_socket.h"
#include "common/base/text.h"

namespace sup::shell {

using core::LinkState;

namespace {

constexpr int kHighWaterMark = 5000;
constexpr Duration kResolveAgain{5000};
constexpr Duration kHurryAgain{100};

// After a loss the port is looked at now and twice soon after, because a dying process closes its
// connections a moment before the port; then five times a second for as long as an agent may take
// to start again; then less and less.
Duration pause_before_look(int looks) {
    constexpr int kQuickLooks = 2;
    constexpr int kSteadyLooks = 12;
    constexpr Duration kSteady{200};
    constexpr Duration kLongest{2000};
    if (looks <= kQuickLooks) {
        return Duration{10} * looks;
    }
    if (looks <= kSteadyLooks) {
        return kSteady;
    }
    const int doublings = std::min(looks - kSteadyLooks, 4);
    return std::min(kLongest, kSteady * (std::int64_t{1} << doublings));
}

void set_options(zmq::socket_t& socket) {
    set_common_options(socket, kHighWaterMark);
    secure(socket);
    socket.set(zmq::sockopt::immediate, true);
    socket.set(zmq::sockopt::reconnect_ivl, 100);
    socket.set(zmq::sockopt::reconnect_ivl_max, 2000);
    // Else the kernel's own patience delays the reunion after a network cut by a minute.
    socket.set(zmq::sockopt::connect_timeout, 3000);
    // The other end follows by the time to live: it need not send its own.
    socket.set(zmq::sockopt::heartbeat_ivl, 5000);
    socket.set(zmq::sockopt::heartbeat_timeout, 15000);
    socket.set(zmq::sockopt::heartbeat_ttl, 15000);
}

std::string zmq_address(const std::string& host, std::uint16_t port) {
    return concat("tcp://", host, ":", port);
}

}  // namespace

PeerLink::PeerLink(EventLoop& loop, NameResolver& resolver, FederationEndpoint endpoint,
                   Callbacks callbacks)
    : loop_(loop),
      resolver_(resolver),
      endpoint_(std::move(endpoint)),
      callbacks_(std::move(callbacks)),
      context_(shared_zmq_context()),
      socket_(*context_, ZMQ_DEALER) {
    set_options(socket_);
    monitor_ = std::make_unique<ZmqMonitor>(loop_, *context_, socket_,
                                            [this](int event) { on_event(event); });
    timer_ = loop_.timer([this] { look(); });
    if (is_numeric_address(endpoint_.host)) {
        on_address(endpoint_.host);
    }
    timer_->set(loop_.now());
}

PeerLink::~PeerLink() = default;

bool PeerLink::send(std::string_view bytes) {
    return can_send(socket_) && send_frame(socket_, bytes, Last::Yes);
}

// A new attempt replaces the pause of ZeroMQ, never an attempt under way.
void PeerLink::hurry() {
    if (!is_pausing_ || address_.empty() || loop_.now() - hurried_ < kHurryAgain) {
        return;
    }
    is_pausing_ = false;
    hurried_ = loop_.now();
    const auto address = zmq_address(address_, endpoint_.port);
    zmq_disconnect(socket_.handle(), address.c_str());
    zmq_connect(socket_.handle(), address.c_str());
}

void PeerLink::linger(Duration limit) {
    socket_.set(zmq::sockopt::linger, static_cast<int>(limit.ms));
}

void PeerLink::look() {
    if (state_ == LinkState::Connected) {
        return;
    }
    const bool has_name = !is_numeric_address(endpoint_.host);
    if (has_name && (address_.empty() || loop_.now() - resolved_ >= kResolveAgain)) {
        resolve();
    }
    if (address_.empty()) {
        return look_again();
    }
    probe_ = std::make_unique<PortProbe>(loop_, [this](PortState state) { on_port_state(state); });
    probe_->start(address_, endpoint_.port);
}

void PeerLink::look_again() {
    timer_->set(loop_.now() + pause_before_look(++looks_));
}

void PeerLink::resolve() {
    if (std::exchange(is_resolving_, true)) {
        return;
    }
    resolved_ = loop_.now();
    resolver_.resolve(endpoint_.host, [this](const Result<std::string>& address) {
        is_resolving_ = false;
        on_address(address);
    });
}

// A name without address is asked again later: the peer may not exist yet.
void PeerLink::on_address(const Result<std::string>& address) {
    resolved_ = loop_.now();
    const auto reason = address ? std::string() : address.error().message;
    if (std::exchange(unresolved_, reason) != reason && !reason.empty()) {
        callbacks_.on_unresolved(reason);
    }
    if (!address || *address == address_ || state_ == LinkState::Connected) {
        return;
    }
    if (!address_.empty()) {
        zmq_disconnect(socket_.handle(), zmq_address(address_, endpoint_.port).c_str());
    }
    address_ = *address;
    is_pausing_ = false;
    zmq_connect(socket_.handle(), zmq_address(address_, endpoint_.port).c_str());
}

void PeerLink::on_event(int event) {
    if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
        is_pausing_ = false;
        timer_->set(kNever);
        become(LinkState::Connected);
        return;
    }
    is_pausing_ = event != ZMQ_EVENT_CONNECT_DELAYED;
    if (is_pausing_ && state_ == LinkState::Connected) {
        on_connection_lost();
    }
}

void PeerLink::on_connection_lost() {
    become(LinkState::Disconnected);
    looks_ = 0;
    look();
}

void PeerLink::on_port_state(PortState state) {
    if (state_ == LinkState::Connected) {
        return;
    }
    look_again();
    become(state == PortState::Refused ? LinkState::Refused : LinkState::Disconnected);
    if (state == PortState::Open) {
        hurry();
    }
}

void PeerLink::become(LinkState state) {
    if (std::exchange(state_, state) != state) {
        callbacks_.on_change(state);
    }
}

}  // namespace sup::shell
