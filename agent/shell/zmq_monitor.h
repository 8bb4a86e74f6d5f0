#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <zmq.hpp>

#include "agent/shell/event_loop.h"
#include "agent/shell/zmq_watch.h"

namespace sup::shell {

// What happens to the connections of one socket, told on the loop's thread. Hints, never proof: an
// event is late by the time it is read. Destroy it before the socket.
class ZmqMonitor {
public:
    using OnEvent = std::function<void(int event)>;  // one ZMQ_EVENT_ constant

    ZmqMonitor(EventLoop& loop, zmq::context_t& context, zmq::socket_t& socket, OnEvent on_event);
    ~ZmqMonitor();
    ZmqMonitor(const ZmqMonitor&) = delete;
    ZmqMonitor& operator=(const ZmqMonitor&) = delete;

private:
    void receive_one();

    zmq::socket_t& socket_;
    zmq::socket_t reader_;
    OnEvent on_event_;
    std::unique_ptr<ZmqWatch> watch_;
};

}  // namespace sup::shell
