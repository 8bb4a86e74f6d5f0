#include "agent/shell/http_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "agent/shell/http_exchange.h"
#include "agent/shell/http_output.h"
#include "agent/shell/http_request_reader.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Failure = boost::system::error_code;

// How long a client may still talk after a response that ends its connection. Closing at once would
// reset the connection, and a client that is still sending would lose the response.
constexpr Duration kFarewellTime{2000};

enum class Phase { Header, Body, Handling, Writing, Streaming, Idle, Farewell, Closed };

class Connection : public HttpConnection,
                   public ResponseSink,
                   public std::enable_shared_from_this<Connection> {
public:
    Connection(asio::ip::tcp::socket socket, std::shared_ptr<HttpService> service,
               std::function<void()> on_closed)
        : socket_(std::move(socket)),
          output_(socket_),
          deadline_(socket_.get_executor()),
          service_(std::move(service)),
          on_closed_(std::move(on_closed)) {}

    // A client that has not sent a request yet has no right to be idle.
    void start() { begin_request(); }

    Occupation occupation() const override;
    void close() override;

    // Of the request in handling.
    void respond(HttpResponse response) override;
    void watch_client(std::function<void()> on_gone) override { on_gone_ = std::move(on_gone); }
    void begin_stream(const HttpStreamHead& head) override;
    // Of the response in streaming.
    void write_piece(std::string piece, std::function<void()> on_taken) override;
    void end_stream() override;

private:
    void become(Phase phase, Duration allowed);
    void read();
    void on_read(const Failure& failure, std::size_t count);
    void on_read_failure();
    void maybe_advance();
    void advance();
    void begin_request();
    void read_header();
    void read_body();
    void continue_body();
    void dispatch();
    void refuse(unsigned status);
    void send(HttpResponse response);
    void on_sent(HttpOutput::Written written);
    HttpOutput::OnWritten on_piece(std::function<void()> next);
    void farewell();

    asio::ip::tcp::socket socket_;
    RequestReader reader_;
    HttpOutput output_;
    asio::steady_timer deadline_;
    std::shared_ptr<HttpService> service_;
    std::optional<BodyShare> share_;  // of the request, then of its response
    std::function<void()> on_closed_;
    std::function<void()> on_gone_;
    Phase phase_ = Phase::Header;
    bool is_reading_ = false;  // one read at most is in progress
    bool keeps_ = true;        // the connection goes on after the response
};

Occupation Connection::occupation() const {
    if (phase_ == Phase::Idle || phase_ == Phase::Farewell) {
        return Occupation::Idle;
    }
    return phase_ == Phase::Header ? Occupation::Unproven : Occupation::Busy;
}

void Connection::close() {
    if (phase_ == Phase::Closed) {
        return;
    }
    phase_ = Phase::Closed;
    deadline_.cancel();
    share_.reset();
    output_.drop();
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
    socket_.async_read_some(reader_.room(),
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
    reader_.commit(count);
    advance();
}

void Connection::on_read_failure() {
    if (phase_ == Phase::Writing) {
        keeps_ = false;  // it may still be reading our response
        return;
    }
    close();
}

// Nothing is taken from the buffer while a read may add to it.
void Connection::maybe_advance() {
    if (!is_reading_) {
        advance();
    }
}

void Connection::advance() {
    switch (phase_) {
        case Phase::Idle:
            reader_.skip_line_ends();
            if (reader_.has_bytes()) {
                begin_request();
            } else {
                read();
            }
            return;
        case Phase::Header:
            read_header();
            return;
        case Phase::Body:
            read_body();
            return;
        case Phase::Handling:
        case Phase::Writing:
            reader_.skip_line_ends();
            // Reading on shows the client's end. The beginning of its next request is kept, and
            // reading stops there.
            if (!reader_.has_bytes()) {
                read();
            }
            return;
        case Phase::Streaming:
        case Phase::Farewell:
            reader_.drop_bytes();  // no request follows
            read();
            return;
        case Phase::Closed:
            return;
    }
}

void Connection::begin_request() {
    reader_.begin(service_->limits);
    become(Phase::Header, service_->limits.header_time);
    reader_.skip_line_ends();
    read_header();
}

void Connection::read_header() {
    switch (reader_.read_header()) {
        case RequestReader::Progress::NeedsMore:
            read();
            return;
        case RequestReader::Progress::Malformed:
            refuse(400);
            return;
        case RequestReader::Progress::HeaderTooLong:
            refuse(431);
            return;
        case RequestReader::Progress::Done:
            break;
    }
    const auto facts = reader_.facts();
    if (const auto status = refusal_of(facts, *service_)) {
        refuse(*status);
        return;
    }
    share_.emplace(service_, facts.content_length.value_or(0));
    become(Phase::Body, service_->limits.body_time);
    if (reader_.expects_continue()) {
        continue_body();
    } else {
        read_body();
    }
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
    switch (reader_.read_body()) {
        case RequestReader::Progress::NeedsMore:
            read();
            return;
        case RequestReader::Progress::Malformed:
        case RequestReader::Progress::HeaderTooLong:
            refuse(400);
            return;
        case RequestReader::Progress::Done:
            dispatch();
            return;
    }
}

void Connection::dispatch() {
    keeps_ = reader_.keeps_connection();
    become(Phase::Handling, kNoLimit);
    auto request = reader_.take();
    const auto* route = find_route(*service_, request.target);
    route->handler(std::move(request), Responder(open_exchange(weak_from_this())));
    maybe_advance();
}

void Connection::respond(HttpResponse response) {
    if (phase_ != Phase::Handling) {
        return;  // the client is gone
    }
    on_gone_ = nullptr;
    send(std::move(response));
}

// What remains of the request is not understood, so the connection ends.
void Connection::refuse(unsigned status) {
    keeps_ = false;
    HttpResponse response{status, "text/plain", {}};
    const auto reason = http::obsolete_reason(http::int_to_status(status));
    response.body = concat(status, " ", std::string_view(reason.data(), reason.size()), "\n");
    if (status == 401) {
        response.fields.push_back({"WWW-Authenticate", "Basic realm=\"default\""});
    }
    if (status == 405) {
        const auto* route = find_route(*service_, reader_.facts().target);
        response.fields.push_back({"Allow", route->method});
    }
    send(std::move(response));
}

void Connection::send(HttpResponse response) {
    share_.reset();
    if (!is_room_for(response.body.size(), *service_)) {
        response = {503, "text/plain", "Too many large responses at once, try again later.\n"};
    }
    share_.emplace(service_, response.body.size());
    become(Phase::Writing, service_->limits.write_time);
    output_.send(
        std::move(response), {reader_.version(), keeps_},
        [self = shared_from_this()](HttpOutput::Written written) { self->on_sent(written); });
}

void Connection::on_sent(HttpOutput::Written written) {
    if (phase_ != Phase::Writing) {
        return;
    }
    share_.reset();
    if (written == HttpOutput::Written::Failed) {
        close();
        return;
    }
    if (!keeps_) {
        farewell();
        return;
    }
    become(Phase::Idle, service_->limits.idle_time);
    maybe_advance();
}

void Connection::farewell() {
    Failure ignored;  // the client may have closed first
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    become(Phase::Farewell, kFarewellTime);
    maybe_advance();
}

void Connection::begin_stream(const HttpStreamHead& head) {
    if (phase_ != Phase::Handling) {
        return;  // the client is gone
    }
    share_.reset();
    become(Phase::Streaming, service_->limits.write_time);
    output_.begin_stream(head, reader_.version(), on_piece(nullptr));
    maybe_advance();
}

void Connection::write_piece(std::string piece, std::function<void()> on_taken) {
    if (phase_ == Phase::Streaming) {
        become(Phase::Streaming, service_->limits.write_time);
        output_.write_piece(std::move(piece), on_piece(std::move(on_taken)));
    }
}

void Connection::end_stream() {
    if (phase_ == Phase::Streaming) {
        on_gone_ = nullptr;
        become(Phase::Streaming, service_->limits.write_time);
        output_.end_stream(on_piece([this] { farewell(); }));
    }
}

// What follows a piece of a stream that was written.
HttpOutput::OnWritten Connection::on_piece(std::function<void()> next) {
    return [self = shared_from_this(), next = std::move(next)](HttpOutput::Written written) {
        if (self->phase_ != Phase::Streaming) {
            return;
        }
        if (written == HttpOutput::Written::Failed) {
            self->close();
            return;
        }
        if (!self->output_.is_streaming_out()) {
            self->become(Phase::Streaming, kNoLimit);  // the next piece may be long in coming
        }
        if (next) {
            next();
        }
    };
}

}  // namespace

std::shared_ptr<HttpConnection> open_http_connection(asio::ip::tcp::socket socket,
                                                     std::shared_ptr<HttpService> service,
                                                     std::function<void()> on_closed) {
    auto connection =
        std::make_shared<Connection>(std::move(socket), std::move(service), std::move(on_closed));
    connection->start();
    return connection;
}

}  // namespace sup::shell
