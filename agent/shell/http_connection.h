#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "agent/shell/http_admission.h"

// One connection of the HTTP server: see http_server.h for its phases. For http_*.cc only.
namespace sup::shell {

// What is lost if the connection ends now.
enum class Occupation {
    Idle,      // nothing
    Unproven,  // the beginning of a request whose credentials have not been seen
    Busy,
};

class HttpConnection {
public:
    virtual ~HttpConnection() = default;
    virtual Occupation occupation() const = 0;
    virtual void close() = 0;
};

// Serves the socket until either side ends it; on_closed is called once, then.
std::shared_ptr<HttpConnection> open_http_connection(boost::asio::ip::tcp::socket socket,
                                                     std::shared_ptr<HttpService> service,
                                                     std::function<void()> on_closed);

}  // namespace sup::shell
