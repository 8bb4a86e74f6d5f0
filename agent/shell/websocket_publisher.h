#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/shell/event_loop.h"
#include "agent/shell/event_publisher.h"
#include "common/base/time.h"

namespace sup::shell {

// What a publisher over WebSocket allows.
struct WebSocketLimits {
    std::size_t subscribers = 128;
    // Of what waits to be sent to one subscriber, beyond the status that it gets first.
    std::size_t queue_bytes = 8 * 1024 * 1024;
    Duration handshake_time = {3'000};
    // A subscriber that is silent for half of it is pinged, and for all of it is let go.
    Duration silence = {40'000};
};

// The event socket of option event_link = WS (events.md section 5): the path of a connection says
// what it subscribes to, each event is one text frame `["header", {payload}]`. What subscribers
// send is read and dropped.
//
// A subscriber gets the current status first, then what is published: no event is missing in
// between. Its queue is bounded; one that does not read enough is cut off, with a warning, rather
// than left with gaps that it could not see. Texts are shared by all queues.
//
// When there are too many subscribers the next ones wait in the system's queue: clients try again
// after a time-out, but give up for good when they are refused. Connections that have not shaken
// hands yet give way.
class WebSocketPublisher : public EventPublisher {
public:
    struct Callbacks {
        std::function<std::vector<core::PublishEvent>()> current_status;
        std::function<void(const std::string&)> on_warning;
    };
    struct Address {
        std::string host;  // numeric: 0.0.0.0, or 127.0.0.1 to be heard on this host only
        std::uint16_t port = 0;
    };

    WebSocketPublisher(EventLoop& loop, Address address, Callbacks callbacks,
                       WebSocketLimits limits = {});
    ~WebSocketPublisher() override;  // cuts all connections
    WebSocketPublisher(const WebSocketPublisher&) = delete;
    WebSocketPublisher& operator=(const WebSocketPublisher&) = delete;

    Status bind() override;
    bool is_open() const override;
    void publish(const core::PublishEvent& event) override;
    // Connections are closed with code 1001, going away.
    void say_farewell() override;

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace sup::shell
