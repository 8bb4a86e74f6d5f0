#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include <zmq.hpp>

#include "agent/core/input.h"
#include "agent/shell/complaints.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/name_resolver.h"
#include "agent/shell/peer_link.h"
#include "agent/shell/zmq_monitor.h"
#include "agent/shell/zmq_watch.h"
#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/model/messages.h"

// The full mesh: one ROUTER that receives from everybody, one PeerLink towards each peer. Messages
// may be lost, never wait without bound, and may come from strangers: what is not a message is
// reported and dropped. All of it runs on the loop's thread.
namespace sup::shell {

struct LinkCounters {
    std::uint64_t sent = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t dropped = 0;  // no connection, or a full queue
    std::uint64_t received = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t garbage = 0;
};

class FederationLink {
public:
    // They must not destroy the link.
    struct Callbacks {
        std::function<void(Message)> on_message;
        std::function<void(InstanceId, core::LinkState)> on_link_changed;
        std::function<void(std::string)> on_garbage;  // a sentence for the log, not too often
    };

    // Endpoints in the order of supvisors_list: their places are the InstanceIds.
    FederationLink(EventLoop& loop, std::vector<FederationEndpoint> endpoints, InstanceId local,
                   Callbacks callbacks);
    ~FederationLink();
    FederationLink(const FederationLink&) = delete;
    FederationLink& operator=(const FederationLink&) = delete;

    // Listens on the local endpoint's port, then connects to the peers. May be tried again after an
    // error: a former agent may still hold the port.
    Status bind();
    // A discovered instance. Its InstanceId is the next one, or that of a peer that was removed.
    void add_peer(InstanceId peer, FederationEndpoint endpoint);
    void remove_peer(InstanceId peer);

    void send(InstanceId peer, const Message& message);
    void send_all(const std::vector<InstanceId>& peers, const Message& message);
    // Leaves: what was sent last (a Goodbye) has so much time to go out after the end of the link.
    void linger(Duration limit);

    const LinkCounters& counters() const { return counters_; }
    std::uint64_t dropped() const { return counters_.dropped; }

private:
    std::string listen_host() const;
    void connect_peers();
    void connect(InstanceId peer);
    void send_bytes(InstanceId peer, std::string_view bytes);
    void receive_one();
    void accept(const zmq::message_t& frame);
    void on_router_event(int event);
    void on_garbage(const std::string& text);

    EventLoop& loop_;
    std::vector<FederationEndpoint> endpoints_;
    InstanceId local_;
    Callbacks callbacks_;
    LinkCounters counters_;
    Complaints garbage_;
    std::shared_ptr<zmq::context_t> context_;
    zmq::socket_t router_;
    std::unique_ptr<ZmqMonitor> router_monitor_;
    std::unique_ptr<ZmqWatch> router_watch_;
    std::vector<std::unique_ptr<PeerLink>> peers_;  // by InstanceId; none for the local one
    std::map<std::string, PeerLink*> peers_by_identifier_;
    std::unique_ptr<NameResolver> resolver_;  // ends before the links that it answers to
};

}  // namespace sup::shell
