#pragma once

#include <memory>
#include <zmq.hpp>

#include "agent/shell/event_loop.h"

// ZMQ_FD in the event loop. The descriptor is edge-triggered and shared by both directions: it
// becomes readable when *something* happened, and says nothing more until ZMQ_EVENTS was read. Any
// send or receive may swallow that edge. So each edge leads to reading ZMQ_EVENTS until nothing is
// left, and whoever sends on the same socket says so with after_send().
namespace sup::shell {

class ZmqWatch {
public:
    // The task receives one message. After a bounded number of messages others get their turn and
    // the rest follows. The task may destroy the watch.
    ZmqWatch(EventLoop& loop, zmq::socket_ref socket, EventLoop::Task receive_one);
    ~ZmqWatch();
    ZmqWatch(const ZmqWatch&) = delete;
    ZmqWatch& operator=(const ZmqWatch&) = delete;

    void after_send();

private:
    struct State;
    std::shared_ptr<State> state_;
    std::unique_ptr<EventLoop::Watch> watch_;
};

}  // namespace sup::shell
