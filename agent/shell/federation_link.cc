#include "agent/shell/federation_link.h"

#include <algorithm>
#include <utility>

#include "agent/codec/bounded_msgpack.h"
#include "agent/codec/message_codec.h"
#include "agent/shell/zmq_security.h"
#include "agent/shell/zmq_socket.h"
#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

constexpr int kHighWaterMark = 5000;
constexpr int kBacklog = 256;
constexpr Duration kGarbagePeriod{10000};

std::string address_of(const zmq::message_t& frame) {
    const char* address = zmq_msg_gets(const_cast<zmq::message_t&>(frame).handle(), "Peer-Address");
    return address == nullptr ? "an unknown address" : address;
}

}  // namespace

FederationLink::FederationLink(EventLoop& loop, std::vector<FederationEndpoint> endpoints,
                               InstanceId local, Callbacks callbacks)
    : loop_(loop),
      endpoints_(std::move(endpoints)),
      local_(local),
      callbacks_(std::move(callbacks)),
      garbage_(kGarbagePeriod),
      context_(shared_zmq_context()),
      resolver_(std::make_unique<NameResolver>(loop)) {
    SUP_CHECK(local_.value < endpoints_.size(), "the local instance is one of the endpoints");
}

FederationLink::~FederationLink() = default;

// Whoever lists this host only is not heard elsewhere.
std::string FederationLink::listen_host() const {
    const bool is_local_only = std::all_of(endpoints_.begin(), endpoints_.end(),
                                           [](const auto& item) { return is_loopback(item.host); });
    return is_local_only ? "127.0.0.1" : "0.0.0.0";
}

Status FederationLink::bind() {
    try {
        zmq::socket_t router(*context_, ZMQ_ROUTER);
        set_common_options(router, kHighWaterMark);
        router.set(zmq::sockopt::backlog, kBacklog);
        secure(router);
        const ListenAddress address{listen_host(), endpoints_[local_.value].port,
                                    "federation socket", "internal_port"};
        if (auto bound = bind_socket(router, address); !bound) {
            return bound;
        }
        router_watch_.reset();
        router_monitor_.reset();
        router_ = std::move(router);
        router_monitor_ = std::make_unique<ZmqMonitor>(
            loop_, *context_, router_, [this](int event) { on_router_event(event); });
        router_watch_ = std::make_unique<ZmqWatch>(loop_, router_, [this] { receive_one(); });
        connect_peers();
    } catch (const zmq::error_t& problem) {
        return Error{concat("federation socket: ", problem.what())};
    }
    return {};
}

void FederationLink::connect_peers() {
    peers_.resize(endpoints_.size());
    for (std::uint32_t place = 0; place < endpoints_.size(); ++place) {
        if (place != local_.value) {
            connect(InstanceId{place});
        }
    }
}

void FederationLink::connect(InstanceId peer) {
    const auto& endpoint = endpoints_[peer.value];
    PeerLink::Callbacks callbacks{
        [this, peer](core::LinkState state) { callbacks_.on_link_changed(peer, state); },
        [this, identifier = endpoint.identifier](const std::string& reason) {
            callbacks_.on_garbage(concat("federation: ", identifier, " is not reached: ", reason));
        }};
    try {
        peers_[peer.value] =
            std::make_unique<PeerLink>(loop_, *resolver_, endpoint, std::move(callbacks));
    } catch (const zmq::error_t& problem) {
        callbacks_.on_garbage(
            concat("federation: no connection to ", endpoint.identifier, ": ", problem.what()));
        return;
    }
    peers_by_identifier_[endpoint.identifier] = peers_[peer.value].get();
}

void FederationLink::add_peer(InstanceId peer, FederationEndpoint endpoint) {
    SUP_CHECK(peer.value <= endpoints_.size(), "peers are numbered without a gap");
    endpoints_.resize(std::max<std::size_t>(endpoints_.size(), peer.value + 1));
    endpoints_[peer.value] = std::move(endpoint);
    if (router_) {
        peers_.resize(endpoints_.size());
        connect(peer);
    }
}

// Not at once: it may be the link itself that has just brought the news.
void FederationLink::remove_peer(InstanceId peer) {
    peers_by_identifier_.erase(endpoints_.at(peer.value).identifier);
    if (peer.value < peers_.size()) {
        loop_.post([link = std::shared_ptr<PeerLink>(std::move(peers_[peer.value]))] {});
    }
}

void FederationLink::send(InstanceId peer, const Message& message) {
    send_bytes(peer, codec::encode_message(message));
}

void FederationLink::send_all(const std::vector<InstanceId>& peers, const Message& message) {
    const auto bytes = codec::encode_message(message);
    for (const auto peer : peers) {
        send_bytes(peer, bytes);
    }
}

void FederationLink::send_bytes(InstanceId peer, std::string_view bytes) {
    const bool has_link = peer.value < peers_.size() && peers_[peer.value] != nullptr;
    // The receiver would answer a longer one by cutting the connection.
    const bool is_short = bytes.size() <= codec::kMaxMessageBytes;
    if (has_link && is_short && peers_[peer.value]->send(bytes)) {
        ++counters_.sent;
        counters_.sent_bytes += bytes.size();
    } else {
        ++counters_.dropped;
    }
}

void FederationLink::linger(Duration limit) {
    for (const auto& peer : peers_) {
        if (peer) {
            peer->linger(limit);
        }
    }
}

// Two frames: the routing id that our ROUTER gave to the connection, and the message.
void FederationLink::receive_one() {
    zmq::message_t routing_id;
    zmq::message_t frame;
    if (!receive_frame(router_, routing_id)) {
        return;
    }
    std::size_t frames = 0;
    bool has_more = routing_id.more();
    while (has_more && receive_frame(router_, frame)) {
        ++frames;
        has_more = frame.more();
    }
    if (frames == 1) {
        accept(frame);
    } else {
        on_garbage(concat("a message of ", frames, " frames from ", address_of(routing_id),
                          ", 1 was expected"));
    }
}

void FederationLink::accept(const zmq::message_t& frame) {
    ++counters_.received;
    counters_.received_bytes += frame.size();
    auto message = codec::decode_message(frame.to_string_view());
    if (!message) {
        return on_garbage(concat(message.error().message, ", from ", address_of(frame)));
    }
    const auto peer = peers_by_identifier_.find(message->sender);
    if (peer != peers_by_identifier_.end()) {
        peer->second->hurry();
    }
    callbacks_.on_message(std::move(*message));
}

void FederationLink::on_router_event(int event) {
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) {
        on_garbage("a connection to the federation port does not speak ZeroMQ's protocol");
    } else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
        on_garbage("a connection to the federation port was refused: it lacks the federation key");
    }
}

void FederationLink::on_garbage(const std::string& text) {
    ++counters_.garbage;
    if (const auto line = garbage_.next(loop_.now(), concat("federation: ", text))) {
        callbacks_.on_garbage(*line);
    }
}

}  // namespace sup::shell
