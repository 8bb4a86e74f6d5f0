#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/core/input.h"
#include "agent/shell/api.h"
#include "agent/shell/discovery_socket.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/event_publisher.h"
#include "agent/shell/federation_link.h"
#include "agent/shell/http_log_tail.h"
#include "agent/shell/http_server.h"
#include "agent/shell/log.h"
#include "agent/shell/relay_server.h"
#include "agent/shell/supervisor_forward.h"
#include "common/base/result.h"
#include "common/config/supervisor_config.h"

namespace sup::shell {

// What the sockets hand over to the agent, on the loop's thread.
struct SocketCallbacks {
    std::function<void(core::Input)> on_input;
    std::function<core::Queries()> queries;
    std::function<void(LogLevel)> change_log_level;
};

// Where the local supervisord listens, as the configuration says it.
SupervisorAddress supervisor_address(const config::Configuration& configuration);

// Everything that the outside can connect to: all of it is ours, or none.
class Sockets {
public:
    // The error says what cannot be had, and which option names it.
    static Result<std::unique_ptr<Sockets>> open(EventLoop& loop,
                                                 const config::Configuration& configuration,
                                                 SocketCallbacks callbacks, Log& log);
    // Discovery: hears and speaks from now on. Without it, nothing is announced.
    void open_discovery(const config::Options& options, codec::DiscoveryKey key);
    ~Sockets();
    Sockets(const Sockets&) = delete;
    Sockets& operator=(const Sockets&) = delete;

    RelayServer& relay() { return *relay_; }
    FederationLink& link() { return *link_; }
    Api& api() { return *api_; }
    void publish(const core::PublishEvent& event);
    void announce(const Announcement& announcement);
    void connect(const core::ConnectPeer& discovered);
    void disconnect(const core::DisconnectPeer& forgotten);
    // The agent is about to end: what is on its way has this much to leave, subscribers are told.
    void say_farewell(Duration linger);

private:
    Sockets(EventLoop& loop, const config::Configuration& configuration, SocketCallbacks callbacks,
            Log& log);
    Status open_all(const config::Configuration& configuration);
    std::unique_ptr<EventPublisher> make_publisher(const config::Options& options);
    void try_publisher();

    EventLoop& loop_;
    Log& log_;
    SocketCallbacks callbacks_;
    std::unique_ptr<RelayServer> relay_;
    std::unique_ptr<FederationLink> link_;
    std::unique_ptr<DiscoverySocket> discovery_;  // null: option multicast_group is not set
    std::unique_ptr<EventPublisher> publisher_;   // null: option event_link does not want it
    std::unique_ptr<EventLoop::Timer> publisher_retry_;
    Instant publisher_give_up_at_;
    std::unique_ptr<SupervisorForward> forward_;
    std::unique_ptr<LogTail> log_tail_;
    std::unique_ptr<Api> api_;
    std::unique_ptr<HttpServer> http_;
};

}  // namespace sup::shell
