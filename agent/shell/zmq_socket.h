#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <zmq.hpp>

#include "common/base/result.h"

// The few things that every ZeroMQ socket of the agent shares. Sockets belong to the loop's thread
// and never block it.
namespace sup::shell {

// One context, with one I/O thread, while anybody holds it.
std::shared_ptr<zmq::context_t> shared_zmq_context();

// Bounded queues, nothing kept at the end, dead connections noticed.
void set_common_options(zmq::socket_t& socket, int high_water_mark);

struct ListenAddress {
    std::string host;  // a numeric address; 0.0.0.0: all interfaces
    std::uint16_t port = 0;
    std::string_view what;    // what listens there, for the message
    std::string_view option;  // the option that changes the port, for the message
};
Status bind_socket(zmq::socket_t& socket, const ListenAddress& address);

// Without waiting. False when there is nothing to receive, or no room to send.
bool receive_frame(zmq::socket_ref socket, zmq::message_t& frame);
enum class Last { No, Yes };
bool send_frame(zmq::socket_ref socket, std::string_view bytes, Last last);

// Both let the socket handle its internal commands first (ZMQ_EVENTS).
bool can_receive(zmq::socket_ref socket);
bool can_send(zmq::socket_ref socket);

}  // namespace sup::shell
