#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <zmq.hpp>

#include "agent/core/command.h"
#include "common/base/result.h"

namespace sup::shell {

// The event socket of option event_link = ZMQ: a PUB of exactly two frames, header and JSON object,
// that Python and Java subscribers know (events.md section 4). It never waits: a subscriber that
// does not read loses messages once its queue is full. Closed until bind() succeeds; the agent goes
// on without it.
class EventPublisher {
public:
    // The host is a numeric address: 0.0.0.0, or 127.0.0.1 to be heard on this host only.
    EventPublisher(std::string host, std::uint16_t port);
    ~EventPublisher();
    EventPublisher(const EventPublisher&) = delete;
    EventPublisher& operator=(const EventPublisher&) = delete;

    Status bind();
    bool is_open() const { return is_open_; }
    void publish(const core::PublishEvent& event);

private:
    std::string host_;
    std::uint16_t port_;
    std::shared_ptr<zmq::context_t> context_;
    zmq::socket_t socket_;
    bool is_open_ = false;
};

}  // namespace sup::shell
