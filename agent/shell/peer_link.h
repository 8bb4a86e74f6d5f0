#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <zmq.hpp>

#include "agent/core/input.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/name_resolver.h"
#include "agent/shell/port_probe.h"
#include "agent/shell/zmq_monitor.h"

namespace sup::shell {

// One instance of the federation, as its federation socket is reached.
struct FederationEndpoint {
    std::string identifier;
    std::string host;
    std::uint16_t port = 0;
};

// The road to one peer: a DEALER that only sends. ZeroMQ connects and reconnects by itself; while
// it is not connected, the peer's port is probed to tell an agent that is gone (refused) from one
// that cannot be reached, and to connect at once when it is back. Only changes are told.
class PeerLink {
public:
    struct Callbacks {
        std::function<void(core::LinkState)> on_change;
        std::function<void(std::string)> on_unresolved;  // a sentence, once per reason
    };

    // Connects at once, or as soon as the host's name is resolved, however long that takes.
    PeerLink(EventLoop& loop, NameResolver& resolver, FederationEndpoint endpoint,
             Callbacks callbacks);
    ~PeerLink();
    PeerLink(const PeerLink&) = delete;
    PeerLink& operator=(const PeerLink&) = delete;

    // False when it was dropped: no connection, or its queue is full.
    bool send(std::string_view bytes);
    // The peer was heard: do not wait longer before the next attempt to connect.
    void hurry();
    // What was sent gets so much time to leave after the end of the link.
    void linger(Duration limit);

private:
    void look();
    void resolve();
    void on_address(const Result<std::string>& address);
    void on_event(int event);
    void on_port_state(PortState state);
    void on_connection_lost();
    void become(core::LinkState state);
    void look_again();

    EventLoop& loop_;
    NameResolver& resolver_;
    FederationEndpoint endpoint_;
    Callbacks callbacks_;
    std::shared_ptr<zmq::context_t> context_;
    zmq::socket_t socket_;
    std::unique_ptr<ZmqMonitor> monitor_;
    std::string address_;     // numeric; empty until resolved
    std::string unresolved_;  // why the name has no address, as last said
    bool is_resolving_ = false;
    Instant resolved_;  // or tried to
    core::LinkState state_ = core::LinkState::Disconnected;
    bool is_pausing_ = false;  // ZeroMQ waits before its next attempt
    Instant hurried_;
    int looks_ = 0;  // since the connection was lost
    std::unique_ptr<PortProbe> probe_;
    std::unique_ptr<EventLoop::Timer> timer_;
};

}  // namespace sup::shell
