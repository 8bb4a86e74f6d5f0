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
// there yet) -> header. From handling it may become *streaming* instead (a response that grows), at
// whose end the connection ends. Each phase but handling and streaming has a limit in time, and so
// has each piece of a stream; passing it ends the connection. In handling and streaming, the end of
// the connection is told to the handler.
//
// Where there are too many connections, one that waits for its client gives way to a new one: the
// longest idle, else the one that has not shown its credentials for longest.
namespace sup::shell {

enum class HttpVersion { Http10, Http11 };

struct HttpRequest {
    std::string target;
    std::string body;
    std::string authorization;  // the header as it came, for a server behind this one
};

struct HttpField {
    std::string name;
    std::string value;
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "text/xml";
    std::string body;
    std::vector<HttpField> fields = {};  // further ones of the header
};

struct HttpStreamHead {
    std::vector<HttpField> fields;
};

// The body of a response that grows, piece by piece. Dropping it before its end ends the
// connection. What is written when the client is gone goes nowhere, and is never taken.
class HttpStream {
public:
    virtual ~HttpStream() = default;
    // on_taken is called when the client's system has taken the piece: the next one may come then,
    // so that a slow client costs one piece of memory. Nothing empty.
    virtual void write(std::string piece, std::function<void()> on_taken) = 0;
    virtual void end() = 0;
};

// The one response to a request. Copies stand for the same response. On the loop's thread only.
class Responder {
public:
    struct Channel {
        virtual ~Channel() = default;
        virtual void respond(HttpResponse response) = 0;
        virtual std::shared_ptr<HttpStream> begin_stream(const HttpStreamHead& head) = 0;
        virtual void watch_client(std::function<void()> on_gone) = 0;
    };
    explicit Responder(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}

    // Exactly once; does nothing when the client is gone.
    void respond(HttpResponse response) const { channel_->respond(std::move(response)); }
    // Instead of respond(): status 200 and a body without known length.
    std::shared_ptr<HttpStream> begin_stream(const HttpStreamHead& head) const {
        return channel_->begin_stream(head);
    }
    // Called if the client goes before the response, or before the end of its stream.
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
    std::string method;  // POST or GET; another method is refused with 405
    HttpHandler handler;
};

struct HttpLimits {
    std::uint32_t header_bytes = 16 * 1024;
    std::uint64_t body_bytes = 16 * 1024 * 1024;
    // Of all requests and responses that are read, handled or written at one time; small ones do
    // not count.
    std::uint64_t all_bodies_bytes = 128 * 1024 * 1024;
    std::uint64_t small_body_bytes = 64 * 1024;
    std::size_t connections = 512;
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
