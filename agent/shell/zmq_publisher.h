#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <zmq.hpp>

#include "agent/shell/event_publisher.h"

namespace sup::shell {

// The event socket of option event_link = ZMQ: a PUB of exactly two frames, header and JSON object,
// that Python and Java subscribers know (events.md section 4). A subscriber that does not read
// loses messages once its queue is full.
class ZmqPublisher : public EventPublisher {
public:
    // The host is a numeric address: 0.0.0.0, or 127.0.0.1 to be heard on this host only.
    ZmqPublisher(std::string host, std::uint16_t port);
    ~ZmqPublisher() override;
    ZmqPublisher(const ZmqPublisher&) = delete;
    ZmqPublisher& operator=(const ZmqPublisher&) = delete;

    Status bind() override;
    bool is_open() const override { return is_open_; }
    void publish(const core::PublishEvent& event) override;
    void say_farewell() override {}

private:
    std::string host_;
    std::uint16_t port_;
    std::shared_ptr<zmq::context_t> context_;
    zmq::socket_t socket_;
    bool is_open_ = false;
};

}  // namespace sup::shell
