#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "agent/shell/http_server.h"

// One connection of the HTTP server: see http_server.h for its phases. For http_*.cc only.
namespace sup::shell {

// What all connections of a server share.
struct HttpService {
    Credentials credentials;
    HttpLimits limits;
    std::vector<HttpRoute> routes;
};

class HttpConnection {
public:
    virtual ~HttpConnection() = default;
    virtual bool is_idle() const = 0;
    virtual void close() = 0;
};

// Serves the socket until either side ends it; on_closed is called once, then.
std::shared_ptr<HttpConnection> open_http_connection(boost::asio::ip::tcp::socket socket,
                                                     std::shared_ptr<const HttpService> service,
                                                     std::function<void()> on_closed);

}  // namespace sup::shell
