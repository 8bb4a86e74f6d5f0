#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "common/base/result.h"

namespace sup::shell {

// Makes the acceptor listen there, also where connections of a former server linger. After a
// failure, whose text is the system's alone, it is closed and may be tried again. For http_*.cc and
// websocket_*.cc only.
Status listen_at(boost::asio::ip::tcp::acceptor& acceptor,
                 const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace sup::shell
