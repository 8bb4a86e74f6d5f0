#include "agent/shell/http_server.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <utility>

#include "agent/shell/http_acceptor.h"
#include "agent/shell/http_connection.h"
#include "common/base/text.h"

namespace sup::shell {

namespace asio = boost::asio;
using Failure = boost::system::error_code;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

Result<tcp::endpoint> endpoint_of(asio::io_context& context, const HttpAddress& address,
                                  const Credentials& credentials) {
    if (address.host.empty()) {
        const auto any = credentials.is_open() ? asio::ip::address(asio::ip::address_v4::loopback())
                                               : asio::ip::address(asio::ip::address_v4::any());
        return tcp::endpoint(any, address.port);
    }
    Failure failure;
    tcp::resolver resolver(context);
    const auto found =
        resolver.resolve(address.host, concat(address.port), tcp::resolver::passive, failure);
    if (failure || found.empty()) {
        return Error{concat("api_host '", address.host,
                            "' is not an address of this host: ", failure.message())};
    }
    const auto endpoint = found.begin()->endpoint();
    if (credentials.is_open() && !endpoint.address().is_loopback()) {
        return Error{concat("api_host '", address.host,
                            "' is not a loopback address: without user and password (in "
                            "[inet_http_server] or api_users) the API is served on loopback only")};
    }
    return endpoint;
}

}  // namespace

struct HttpServer::Parts : std::enable_shared_from_this<Parts> {
    Parts(EventLoop& loop, HttpAddress where)
        : context(loop.context()), address(std::move(where)), acceptor(context), pause(context) {}

    Status listen();
    void accept();
    void on_accepted(const Failure& failure, tcp::socket socket);
    void serve(tcp::socket socket);
    bool make_room();
    void end();

    asio::io_context& context;
    HttpAddress address;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::shared_ptr<HttpService> service = std::make_shared<HttpService>();
    std::list<std::shared_ptr<HttpConnection>> connections;  // the oldest first
    bool is_ended = false;
};

Status HttpServer::Parts::listen() {
    const auto endpoint = endpoint_of(context, address, service->credentials);
    if (!endpoint) {
        return endpoint.error();
    }
    if (const auto listening = listen_at(acceptor, *endpoint); !listening) {
        return Error{concat("the API cannot listen on ", endpoint->address().to_string(), " port ",
                            endpoint->port(), " (option api_port): ", listening.error().message)};
    }
    accept();
    return {};
}

void HttpServer::Parts::accept() {
    acceptor.async_accept([weak = weak_from_this()](const Failure& failure, tcp::socket socket) {
        if (const auto self = weak.lock(); self && !self->is_ended) {
            self->on_accepted(failure, std::move(socket));
        }
    });
}

void HttpServer::Parts::on_accepted(const Failure& failure, tcp::socket socket) {
    if (!failure) {
        serve(std::move(socket));
        accept();
        return;
    }
    // No descriptors left, most likely: trying again at once would spin.
    pause.expires_after(kAcceptPause);
    pause.async_wait([weak = weak_from_this()](const Failure& cancelled) {
        if (const auto self = weak.lock(); self && !self->is_ended && !cancelled) {
            self->accept();
        }
    });
}

void HttpServer::Parts::serve(tcp::socket socket) {
    Failure ignored;  // a client that is gone already is noticed when it is read
    if (!make_room()) {
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(kTooMany), ignored);
        return;
    }
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    const auto place = connections.emplace(connections.end());
    *place = open_http_connection(std::move(socket), service, [weak = weak_from_this(), place] {
        if (const auto self = weak.lock()) {
            self->connections.erase(place);
        }
    });
}

// Whoever waits for its client gives way to a new one.
// Rationale for the second sort: connections that say nothing need no credentials, and enough of
// them would otherwise keep everybody out.
bool HttpServer::Parts::make_room() {
    if (connections.size() < service->limits.connections) {
        return true;
    }
    for (const auto sort : {Occupation::Idle, Occupation::Unproven}) {
        const auto found = std::ranges::find_if(
            connections, [sort](const auto& one) { return one->occupation() == sort; });
        if (found != connections.end()) {
            const auto kept = *found;
            kept->close();
            return true;
        }
    }
    return false;
}

void HttpServer::Parts::end() {
    is_ended = true;
    Failure ignored;
    acceptor.close(ignored);
    pause.cancel();
    while (!connections.empty()) {
        const auto kept = connections.front();
        kept->close();
    }
}

HttpServer::HttpServer(EventLoop& loop, HttpAddress address, Credentials credentials,
                       HttpLimits limits)
    : parts_(std::make_shared<Parts>(loop, std::move(address))) {
    parts_->service->credentials = std::move(credentials);
    parts_->service->limits = limits;
}

HttpServer::~HttpServer() {
    parts_->end();
}

void HttpServer::add_route(HttpRoute route) {
    parts_->service->routes.push_back(std::move(route));
}

Status HttpServer::listen() {
    return parts_->listen();
}

std::uint16_t HttpServer::port() const {
    Failure failure;
    const auto endpoint = parts_->acceptor.local_endpoint(failure);
    return failure ? std::uint16_t{0} : endpoint.port();
}

}  // namespace sup::shell
