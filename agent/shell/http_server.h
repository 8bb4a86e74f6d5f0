#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/shell/credentials.h"
#include "agent/shell/event_loop.h"
#include "common/base/result.h"
#include "common/base/time.h"

// The agent's HTTP/1.1 server, on the loop's thread. A connection carries one request at a time and
// is kept. Nothing of a request is looked at before the credentials are good; everything that a
// client can make big or slow is bounded.
//
// Phases of a connection: *header* (bytes of a request come) -> *body* -> *handling* (the handler
// has the request; it may answer much later) -> *writing* -> *idle* (nothing of the next request is
// there yet) -> header. Each phase but handling has a limit in time; passing it ends the
// connection. In handling, the end of the connection is told to the handler.
namespace sup::shell {

struct HttpRequest {
    std::string target;
    std::string body;
    std::string authorization;  // the header as it came, for a server behind this one
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "text/xml";
    std::string body;
};

// The one response to a request. Copies stand for the same response. On the loop's thread only.
class Responder {
public:
    struct Channel {
        virtual ~Channel() = default;
        virtual void respond(HttpResponse response) = 0;
        virtual void watch_client(std::function<void()> on_gone) = 0;
    };
    explicit Responder(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

    // Exactly once; does nothing when the client is gone.
    void respond(HttpResponse response) const { channel_->respond(std::move(response)); }
    // Called if the client goes before the response.
    void watch_client(std::function<void()> on_gone) const {
        channel_->watch_client(std::move(on_gone));
    }

private:
    std::shared_ptr<Channel> channel_;
};

using HttpHandler = std::function<void(HttpRequest, Responder)>;

// All targets that begin with the prefix; the first route that fits has the request.
struct HttpRoute {
    std::string prefix;
    std::string method;  // POST; another method is refused with 405
    HttpHandler handler;
};

struct HttpLimits {
    std::uint32_t header_bytes = 16 * 1024;
    std::uint64_t body_bytes = 16 * 1024 * 1024;
    std::size_t connections = 256;
    Duration header_time = {10'000};
    Duration body_time = {60'000};
    Duration write_time = {60'000};
    Duration idle_time = {30 * 60'000};
};

struct HttpAddress {
    std::string host;        // empty: all interfaces with credentials, loopback without
    std::uint16_t port = 0;  // 0: any free port
};

class HttpServer {
public:
    HttpServer(EventLoop& loop, HttpAddress address, Credentials credentials,
               HttpLimits limits = {});
    // Ends all connections; responses that come later go nowhere.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    void add_route(HttpRoute route);

    // Serves from now on, or says which address cannot be used and which option names it. May be
    // tried again after a failure.
    Status listen();
    std::uint16_t port() const;  // where it listens

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace sup::shell
