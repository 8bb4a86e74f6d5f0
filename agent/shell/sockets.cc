#include "agent/shell/sockets.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/shell/current_status.h"
#include "agent/shell/name_resolver.h"
#include "agent/shell/websocket_publisher.h"
#include "agent/shell/zmq_publisher.h"
#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

constexpr Duration kPublisherPatience = 15_s;
constexpr Duration kPublisherRetry = 500_ms;

std::vector<FederationEndpoint> federation_endpoints(const config::Options& options) {
    std::vector<FederationEndpoint> endpoints;
    for (const auto& item : options.supvisors_list) {
        endpoints.push_back({item.identifier, item.host, item.federation_port});
    }
    return endpoints;
}

// A federation that lives on one host is heard on that host only.
std::string publisher_host(const config::Options& options) {
    const bool is_local = std::all_of(options.supvisors_list.begin(), options.supvisors_list.end(),
                                      [](const auto& item) { return is_loopback(item.host); });
    return is_local ? "127.0.0.1" : "0.0.0.0";
}

}  // namespace

SupervisorAddress supervisor_address(const config::Configuration& configuration) {
    const auto& inet = configuration.inet;
    return {inet.host, inet.port, inet.username, inet.password, configuration.options.state_dir};
}

Sockets::Sockets(EventLoop& loop, const config::Configuration& configuration,
                 SocketCallbacks callbacks, Log& log)
    : loop_(loop), log_(log), callbacks_(std::move(callbacks)) {
    const auto& options = configuration.options;
    const auto& on_input = callbacks_.on_input;
    link_ = std::make_unique<FederationLink>(
        loop, federation_endpoints(options), InstanceId{static_cast<std::uint32_t>(options.local)},
        FederationLink::Callbacks{
            [on_input](Message message) {
                on_input(core::PeerMessage{std::make_shared<const Message>(std::move(message))});
            },
            [on_input](InstanceId peer, core::LinkState state) {
                on_input(core::PeerLinkChanged{peer, state});
            },
            [&log](const std::string& text) { log.warning("federation", text); }});
    forward_ = std::make_unique<SupervisorForward>(loop, supervisor_address(configuration));
    api_ = std::make_unique<Api>(
        ApiCallbacks{
            callbacks_.queries,
            [on_input](core::OperatorRequest request) { on_input(std::move(request)); },
            [on_input](core::LocalOperatorRequest request) { on_input(std::move(request)); },
            [on_input](core::RemoteCallAsked asked) { on_input(std::move(asked)); },
            [on_input](core::RemoteCallServed served) { on_input(std::move(served)); },
            [on_input](core::RequestId id) { on_input(core::OperatorGone{id}); },
            callbacks_.change_log_level,
        },
        *forward_);
    log_tail_ = std::make_unique<LogTail>(loop, supervisor_address(configuration));
    http_ = std::make_unique<HttpServer>(
        loop, HttpAddress{options.api_host, options.api_port},
        Credentials{configuration.inet.username, configuration.inet.password});
    http_->add_route({"/RPC2", "POST", [api = api_.get()](HttpRequest request, Responder answer) {
                          api->on_request(std::move(request), std::move(answer));
                      }});
    for (const auto* prefix : {"/logtail", "/mainlogtail"}) {
        http_->add_route(
            {prefix, "GET",
             [tail = log_tail_.get()](const HttpRequest& request, const Responder& answer) {
                 tail->on_request(request, answer);
             }});
    }
}

Sockets::~Sockets() = default;

Result<std::unique_ptr<Sockets>> Sockets::open(EventLoop& loop,
                                               const config::Configuration& configuration,
                                               SocketCallbacks callbacks, Log& log) {
    std::unique_ptr<Sockets> sockets(new Sockets(loop, configuration, std::move(callbacks), log));
    if (auto opened = sockets->open_all(configuration); !opened) {
        return opened.error();
    }
    return sockets;
}

// The relay's socket first: it alone knows whether another agent lives.
Status Sockets::open_all(const config::Configuration& configuration) {
    const auto& options = configuration.options;
    auto relay = RelayServer::open(
        loop_, options.listener_socket,
        {callbacks_.on_input, [this](core::NoteLevel level, const std::string& text) {
             log_.write(level, "relay", text);
         }});
    if (!relay) {
        return relay.error();
    }
    relay_ = std::move(*relay);
    if (auto listening = http_->listen(); !listening) {
        return listening;
    }
    if (auto bound = link_->bind(); !bound) {
        return bound;
    }
    publisher_ = make_publisher(options);
    if (publisher_ != nullptr) {
        publisher_retry_ = loop_.timer([this] { try_publisher(); });
        publisher_give_up_at_ = loop_.now() + kPublisherPatience;
        try_publisher();
    }
    return {};
}

std::unique_ptr<EventPublisher> Sockets::make_publisher(const config::Options& options) {
    const auto host = publisher_host(options);
    switch (options.event_link) {
        case EventLink::None:
            return nullptr;
        case EventLink::Zmq:
            return std::make_unique<ZmqPublisher>(host, options.event_port);
        case EventLink::WebSocket:
            return std::make_unique<WebSocketPublisher>(
                loop_, WebSocketPublisher::Address{host, options.event_port},
                WebSocketPublisher::Callbacks{
                    [this] { return current_status(callbacks_.queries()); },
                    [this](const std::string& text) { log_.warning("events", text); }});
    }
    return nullptr;
}

// Nothing but the event socket depends on this port: the agent serves without it meanwhile.
void Sockets::try_publisher() {
    const auto bound = publisher_->bind();
    if (bound) {
        return;
    }
    if (loop_.now() < publisher_give_up_at_) {
        publisher_retry_->set(loop_.now() + kPublisherRetry);
        return;
    }
    log_.error("events", concat(bound.error().message, "; nothing is published"));
}

void Sockets::publish(const core::PublishEvent& event) {
    if (publisher_ != nullptr && publisher_->is_open()) {
        publisher_->publish(event);
    }
}

void Sockets::open_discovery(const config::Options& options, codec::DiscoveryKey key) {
    if (options.multicast_group.empty()) {
        return;
    }
    auto group = parse_group(options.multicast_group);
    group.interface = options.multicast_interface;
    group.ttl = options.multicast_ttl;
    discovery_ = std::make_unique<DiscoverySocket>(
        loop_, std::move(group), std::move(key),
        DiscoverySocket::Callbacks{
            [on_input = callbacks_.on_input](Announcement announcement) {
                on_input(core::AnnouncementHeard{std::move(announcement)});
            },
            [this](const std::string& text) { log_.warning("discovery", text); }});
    discovery_->open();
}

void Sockets::announce(const Announcement& announcement) {
    if (discovery_ != nullptr) {
        discovery_->announce(announcement);
    }
}

void Sockets::connect(const core::ConnectPeer& discovered) {
    link_->add_peer(discovered.peer,
                    {discovered.identifier, discovered.host, discovered.federation_port});
}

void Sockets::disconnect(const core::DisconnectPeer& forgotten) {
    link_->remove_peer(forgotten.peer);
}

void Sockets::say_farewell(Duration linger) {
    link_->linger(linger);
    if (publisher_ != nullptr) {
        publisher_->say_farewell();
    }
}

}  // namespace sup::shell
