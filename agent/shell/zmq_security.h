#pragma once

#include <zmq.hpp>

namespace sup::shell {

// What a federation socket does about strangers, before it is bound or connected.
void secure(zmq::socket_t& socket);

}  // namespace sup::shell
