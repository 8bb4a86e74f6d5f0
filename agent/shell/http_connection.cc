#include "agent/shell/http_connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "agent/shell/http_guard.h"
#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Failure = boost::system::error_code;
using Message = http::response<http::string_body>;

constexpr std::size_t kReadBytes = 64 * 1024;
// How long a client may still talk after a response that ends its connection. Closing at once would
// reset the connection, and a client that is still sending would lose the response.
constexpr Duration kFarewellTime{2000};

enum class Phase { Header, Body, Handling, Writing, Idle, Farewell, Closed };

std::string_view view_of(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

class Connection : public HttpConnection, public std::enable_shared_from_this<Connection> {
public:
    Connection(asio::ip::tcp::socket socket, std::shared_ptr<const HttpService> service,
               std::function<void()> on_closed)
        : socket_(std::move(socket)),
          deadline_(socket_.get_executor()),
          service_(std::move(service)),
          on_closed_(std::move(on_closed)) {}

    // A client that has not sent a request yet has no right to be idle.
    void start() { begin_request(); }

    bool is_idle() const override { return phase_ == Phase::Idle; }
    void close() override;

    // Of the request in handling.
    void respond(HttpResponse response);
    void watch_client(std::function<void()> on_gone) { on_gone_ = std::move(on_gone); }

private:
    using Parser = http::request_parser<http::string_body>;

    void become(Phase phase, Duration allowed);
    void read();
    void on_read(const Failure& failure, std::size_t count);
    void on_read_failure();
    void advance();
    void begin_request();
    void read_header();
    void read_body();
    std::optional<unsigned> refusal() const;
    const HttpRoute* route() const;
    void continue_body();
    void dispatch();
    void refuse(unsigned status);
    void send(Message message);
    void on_written(const Failure& failure);
    std::string_view header(http::field field) const { return view_of(parser_->get()[field]); }

    asio::ip::tcp::socket socket_;
    asio::steady_timer deadline_;
    std::shared_ptr<const HttpService> service_;
    std::function<void()> on_closed_;
    std::function<void()> on_gone_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Phase phase_ = Phase::Header;
    bool is_reading_ = false;  // one read at most is in progress
    bool keeps_ = true;        // the connection goes on after the response
};

// A request that nobody answers any more gets an error rather than silence.
class Exchange : public Responder::Channel {
public:
    explicit Exchange(std::weak_ptr<Connection> connection) : connection_(std::move(connection)) {}
    ~Exchange() override {
        if (!is_answered_) {
            Exchange::respond({500, "text/plain", "The request was dropped.\n"});
        }
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void respond(HttpResponse response) override {
        SUP_CHECK(!is_answered_, "a request is answered once");
        is_answered_ = true;
        if (const auto connection = connection_.lock()) {
            connection->respond(std::move(response));
        }
    }
    void watch_client(std::function<void()> on_gone) override {
        if (const auto connection = connection_.lock(); connection && !is_answered_) {
            connection->watch_client(std::move(on_gone));
        }
    }

private:
    std::weak_ptr<Connection> connection_;
    bool is_answered_ = false;
};

void Connection::close() {
    if (phase_ == Phase::Closed) {
        return;
    }
    phase_ = Phase::Closed;
    deadline_.cancel();
    Failure ignored;  // the connection is given up whatever close says
    socket_.close(ignored);
    const auto on_gone = std::exchange(on_gone_, nullptr);
    const auto on_closed = std::exchange(on_closed_, nullptr);
    if (on_gone) {
        on_gone();
    }
    on_closed();
}

// kNoLimit: as long as it takes.
constexpr Duration kNoLimit{-1};

void Connection::become(Phase phase, Duration allowed) {
    phase_ = phase;
    deadline_.cancel();
    if (allowed == kNoLimit) {
        return;
    }
    deadline_.expires_after(std::chrono::milliseconds(allowed.ms));
    deadline_.async_wait([weak = weak_from_this()](const Failure& failure) {
        const auto self = weak.lock();
        // A completion may have been queued already when the deadline was moved.
        if (self && !failure && self->deadline_.expiry() <= std::chrono::steady_clock::now()) {
            self->close();
        }
    });
}

void Connection::read() {
    if (is_reading_ || phase_ == Phase::Closed) {
        return;
    }
    is_reading_ = true;
    socket_.async_read_some(buffer_.prepare(kReadBytes),
                            [self = shared_from_this()](const Failure& failure, std::size_t count) {
                                self->on_read(failure, count);
                            });
}

void Connection::on_read(const Failure& failure, std::size_t count) {
    is_reading_ = false;
    if (phase_ == Phase::Closed) {
        return;
    }
    if (failure) {
        on_read_failure();
        return;
    }
    buffer_.commit(count);
    advance();
}

void Connection::on_read_failure() {
    if (phase_ == Phase::Writing) {
        keeps_ = false;  // it may still be reading our response
        return;
    }
    close();
}

void Connection::advance() {
    switch (phase_) {
        case Phase::Idle:
            begin_request();
            return;
        case Phase::Header:
            read_header();
            return;
        case Phase::Body:
            read_body();
            return;
        case Phase::Handling:
        case Phase::Writing:
            // Reading on shows the client's end. The beginning of its next request is kept, and
            // reading stops there: nothing is taken from the buffer while a read may add to it.
            if (buffer_.size() == 0) {
                read();
            }
            return;
        case Phase::Farewell:
            buffer_.clear();
            read();
            return;
        case Phase::Closed:
            return;
    }
}

void Connection::begin_request() {
    parser_.emplace();
    parser_->header_limit(service_->limits.header_bytes);
    parser_->body_limit(boost::none);  // ours is checked after the credentials
    parser_->eager(false);
    become(Phase::Header, service_->limits.header_time);
    read_header();
}

void Connection::read_header() {
    Failure failure;
    if (buffer_.size() > 0) {
        buffer_.consume(parser_->put(buffer_.data(), failure));
    }
    if (failure && failure != http::error::need_more) {
        refuse(failure == http::error::header_limit ? 431 : 400);
        return;
    }
    if (!parser_->is_header_done()) {
        read();
        return;
    }
    if (const auto status = refusal()) {
        refuse(*status);
        return;
    }
    parser_->eager(true);
    become(Phase::Body, service_->limits.body_time);
    if (!parser_->is_done() && to_lower(header(http::field::expect)) == "100-continue") {
        continue_body();
    } else {
        read_body();
    }
}

// Why the request of this header will not be handled, if so. Credentials come first.
std::optional<unsigned> Connection::refusal() const {
    if (!admits(service_->credentials, header(http::field::authorization))) {
        return 401;
    }
    const auto* found = route();
    if (found == nullptr) {
        return 404;
    }
    if (view_of(parser_->get().method_string()) != found->method) {
        return 405;
    }
    const BrowserHeaders browser{header(http::field::host), header(http::field::origin),
                                 view_of(parser_->get()["Sec-Fetch-Site"])};
    if (is_cross_site(browser, service_->credentials)) {
        return 403;
    }
    const auto length = parser_->content_length();
    if (parser_->chunked() || (!length && found->method == "POST")) {
        return 411;
    }
    if (length && *length > service_->limits.body_bytes) {
        return 413;
    }
    return std::nullopt;
}

const HttpRoute* Connection::route() const {
    const auto target = view_of(parser_->get().target());
    const auto found = std::ranges::find_if(service_->routes, [target](const HttpRoute& one) {
        return target.starts_with(one.prefix);
    });
    return found == service_->routes.end() ? nullptr : &*found;
}

void Connection::continue_body() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(socket_, asio::buffer(kContinue),
                      [self = shared_from_this()](const Failure& failure, std::size_t) {
                          if (failure) {
                              self->close();
                          } else if (self->phase_ == Phase::Body) {
                              self->read_body();
                          }
                      });
}

void Connection::read_body() {
    Failure failure;
    while (!failure && !parser_->is_done() && buffer_.size() > 0) {
        buffer_.consume(parser_->put(buffer_.data(), failure));
    }
    if (failure && failure != http::error::need_more) {
        refuse(400);
        return;
    }
    if (parser_->is_done()) {
        dispatch();
        return;
    }
    read();
}

void Connection::dispatch() {
    keeps_ = parser_->keep_alive();
    become(Phase::Handling, kNoLimit);
    HttpRequest request{std::string(parser_->get().target()), std::move(parser_->get().body()),
                        std::string(parser_->get()[http::field::authorization])};
    const auto* found = route();
    found->handler(std::move(request), Responder(std::make_shared<Exchange>(weak_from_this())));
    advance();
}

void Connection::respond(HttpResponse response) {
    if (phase_ != Phase::Handling) {
        return;  // the client is gone
    }
    on_gone_ = nullptr;
    Message message{http::int_to_status(response.status), parser_->get().version()};
    message.set(http::field::content_type, response.content_type);
    message.body() = std::move(response.body);
    send(std::move(message));
}

// What remains of the request is not understood, so the connection ends.
void Connection::refuse(unsigned status) {
    keeps_ = false;
    Message message{http::int_to_status(status), 11};
    message.set(http::field::content_type, "text/plain");
    message.body() = concat(status, " ", view_of(message.reason()), "\n");
    if (status == 401) {
        message.set(http::field::www_authenticate, "Basic realm=\"default\"");
    }
    if (status == 405) {
        message.set(http::field::allow, route()->method);
    }
    send(std::move(message));
}

void Connection::send(Message message) {
    become(Phase::Writing, service_->limits.write_time);
    message.set(http::field::server, "supvisors-agent");
    message.keep_alive(keeps_);
    message.prepare_payload();
    const auto kept = std::make_shared<Message>(std::move(message));
    http::async_write(socket_, *kept,
                      [self = shared_from_this(), kept](const Failure& failure, std::size_t) {
                          self->on_written(failure);
                      });
}

void Connection::on_written(const Failure& failure) {
    if (phase_ != Phase::Writing) {
        return;
    }
    if (failure) {
        close();
        return;
    }
    if (!keeps_) {
        Failure ignored;  // the client may have closed first
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        become(Phase::Farewell, kFarewellTime);
        read();
        return;
    }
    if (buffer_.size() > 0) {
        begin_request();
        return;
    }
    become(Phase::Idle, service_->limits.idle_time);
    read();
}

}  // namespace

std::shared_ptr<HttpConnection> open_http_connection(asio::ip::tcp::socket socket,
                                                     std::shared_ptr<const HttpService> service,
                                                     std::function<void()> on_closed) {
    auto connection =
        std::make_shared<Connection>(std::move(socket), std::move(service), std::move(on_closed));
    connection->start();
    return connection;
}

}  // namespace sup::shell
