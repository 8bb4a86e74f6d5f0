#include "agent/shell/zmq_socket.h"

#include <cerrno>

#include "common/base/text.h"

namespace sup::shell {
namespace {

int events_of(zmq::socket_ref socket) {
    int events = 0;
    std::size_t size = sizeof events;
    while (zmq_getsockopt(socket.handle(), ZMQ_EVENTS, &events, &size) != 0) {
        if (errno != EINTR) {
            return 0;
        }
    }
    return events;
}

}  // namespace

std::shared_ptr<zmq::context_t> shared_zmq_context() {
    // Only the loop's thread comes here.
    static std::weak_ptr<zmq::context_t> present;
    auto context = present.lock();
    if (!context) {
        constexpr int kThreads = 1;
        constexpr int kSockets = 4096;  // three per peer
        context = std::make_shared<zmq::context_t>(kThreads, kSockets);
        present = context;
    }
    return context;
}

void set_common_options(zmq::socket_t& socket, int high_water_mark) {
    constexpr int kHandshakeMs = 3000;
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::sndhwm, high_water_mark);
    socket.set(zmq::sockopt::rcvhwm, high_water_mark);
    socket.set(zmq::sockopt::handshake_ivl, kHandshakeMs);
    socket.set(zmq::sockopt::tcp_keepalive, 1);
    socket.set(zmq::sockopt::tcp_keepalive_idle, 15);
    socket.set(zmq::sockopt::tcp_keepalive_intvl, 5);
    socket.set(zmq::sockopt::tcp_keepalive_cnt, 3);
}

Status bind_socket(zmq::socket_t& socket, const ListenAddress& address) {
    try {
        socket.bind(concat("tcp://", address.host, ":", address.port));
        return {};
    } catch (const zmq::error_t& problem) {
        const auto where = concat(address.what, ": port ", address.port, " of ", address.host);
        const auto advice = concat("; option ", address.option, " sets another one");
        if (problem.num() == EADDRINUSE) {
            return Error{concat(where, " is already in use", advice)};
        }
        return Error{concat(where, " cannot be listened to: ", problem.what(), advice)};
    }
}

bool receive_frame(zmq::socket_ref socket, zmq::message_t& frame) {
    while (zmq_msg_recv(frame.handle(), socket.handle(), ZMQ_DONTWAIT) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool send_frame(zmq::socket_ref socket, std::string_view bytes, Last last) {
    const int flags = ZMQ_DONTWAIT | (last == Last::Yes ? 0 : ZMQ_SNDMORE);
    while (zmq_send(socket.handle(), bytes.data(), bytes.size(), flags) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool can_receive(zmq::socket_ref socket) {
    return (events_of(socket) & ZMQ_POLLIN) != 0;
}

bool can_send(zmq::socket_ref socket) {
    return (events_of(socket) & ZMQ_POLLOUT) != 0;
}

}  // namespace sup::shell
