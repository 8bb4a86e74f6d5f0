#include "agent/shell/zmq_security.h"

#include "agent/codec/bounded_msgpack.h"

namespace sup::shell {

// The one place for the options of CURVE: without them the mechanism is NULL, and whoever reaches
// the port may speak.
void secure(zmq::socket_t& socket) {
    socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(codec::kMaxMessageBytes));
}

}  // namespace sup::shell
