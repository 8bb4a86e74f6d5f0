#include "agent/shell/zmq_monitor.h"

#include <cstring>
#include <string>
#include <utility>

#include "agent/shell/zmq_socket.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

// The inproc names of one process must differ.
std::string next_address() {
    static std::uint64_t count = 0;
    return concat("inproc://monitor-", ++count);
}

}  // namespace

ZmqMonitor::ZmqMonitor(EventLoop& loop, zmq::context_t& context, zmq::socket_t& socket,
                       OnEvent on_event)
    : socket_(socket), reader_(context, ZMQ_PAIR), on_event_(std::move(on_event)) {
    constexpr int kEvents = ZMQ_EVENT_CONNECT_DELAYED | ZMQ_EVENT_CONNECT_RETRIED |
                            ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                            ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                            ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    const auto address = next_address();
    reader_.set(zmq::sockopt::linger, 0);
    if (zmq_socket_monitor(socket_.handle(), address.c_str(), kEvents) != 0) {
        throw zmq::error_t();
    }
    reader_.connect(address);
    watch_ = std::make_unique<ZmqWatch>(loop, reader_, [this] { receive_one(); });
}

ZmqMonitor::~ZmqMonitor() {
    watch_.reset();
    zmq_socket_monitor(socket_.handle(), nullptr, 0);
}

// Two frames: the event (16 bits) with a value (32 bits), and an address.
void ZmqMonitor::receive_one() {
    zmq::message_t event;
    zmq::message_t address;
    if (!receive_frame(reader_, event) || !receive_frame(reader_, address)) {
        return;
    }
    std::uint16_t code = 0;
    if (event.size() >= sizeof code) {
        std::memcpy(&code, event.data(), sizeof code);
        on_event_(code);
    }
}

}  // namespace sup::shell
