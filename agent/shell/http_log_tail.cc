#include "agent/shell/http_log_tail.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agent/shell/credentials.h"
#include "agent/shell/name_resolver.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Failure = boost::system::error_code;

constexpr std::size_t kPieceBytes = 16 * 1024;
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::uint32_t kHeaderBytes = 16 * 1024;

// Our own header where the password is known, else the client's: it passed the same check.
std::string authorization_for(const SupervisorAddress& address, const std::string& clients) {
    if (address.password.starts_with(kShaMark)) {
        return clients;
    }
    return address.username.empty() ? std::string()
                                    : basic_authorization({address.username, address.password});
}

std::string request_text(const SupervisorAddress& address, const HttpRequest& request) {
    const auto authorization = authorization_for(address, request.authorization);
    return concat("GET ", request.target, " HTTP/1.1\r\nHost: ", address.host, ":", address.port,
                  "\r\nAccept: */*\r\n",
                  authorization.empty() ? "" : concat("Authorization: ", authorization, "\r\n"),
                  "\r\n");
}

// One stream. It lives as long as something of it is under way.
class Tail : public std::enable_shared_from_this<Tail> {
public:
    Tail(asio::io_context& context, Responder responder, std::function<void(Tail*)> on_ended)
        : socket_(context),
          deadline_(context),
          responder_(std::move(responder)),
          on_ended_(std::move(on_ended)) {}

    void start(Duration open_time);
    void connect(const Result<std::string>& address, std::uint16_t port);
    void set_request(std::string text) { request_ = std::move(text); }
    void end();

private:
    void on_connected(const Failure& failure);
    void read_header();
    void on_header(const Failure& failure);
    void read_piece();
    void on_piece(const Failure& failure);
    void finish();
    void refuse(unsigned status, const std::string& why);
    void refuse_unreachable(const std::string& why) { refuse(502, "cannot be called: " + why); }

    tcp::socket socket_;
    asio::steady_timer deadline_;
    std::optional<Responder> responder_;  // none: answered
    std::shared_ptr<HttpStream> stream_;
    std::function<void(Tail*)> on_ended_;
    std::string request_;
    boost::beast::flat_buffer buffer_{kBufferBytes};
    http::response_parser<http::buffer_body> parser_;
    std::array<char, kPieceBytes> piece_;
};

void Tail::start(Duration open_time) {
    responder_->watch_client([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->end();
        }
    });
    deadline_.expires_after(std::chrono::milliseconds(open_time.ms));
    deadline_.async_wait([weak = weak_from_this()](const Failure& failure) {
        if (const auto self = weak.lock(); self && !failure && self->responder_) {
            self->refuse(504, "did not answer in time");
        }
    });
}

void Tail::connect(const Result<std::string>& address, std::uint16_t port) {
    if (!responder_) {
        return;
    }
    Failure failure;
    const auto numeric = address ? asio::ip::make_address(*address, failure) : asio::ip::address();
    if (!address || failure) {
        refuse_unreachable(address ? failure.message() : address.error().message);
        return;
    }
    socket_.async_connect(
        tcp::endpoint(numeric, port),
        [self = shared_from_this()](const Failure& problem) { self->on_connected(problem); });
}

void Tail::on_connected(const Failure& failure) {
    if (!responder_) {
        return;
    }
    if (failure) {
        refuse_unreachable(failure.message());
        return;
    }
    asio::async_write(socket_, asio::buffer(request_),
                      [self = shared_from_this()](const Failure& problem, std::size_t) {
                          if (self->responder_ && problem) {
                              self->refuse_unreachable(problem.message());
                          } else if (self->responder_) {
                              self->read_header();
                          }
                      });
}

void Tail::read_header() {
    parser_.header_limit(kHeaderBytes);
    parser_.body_limit(boost::none);  // it never ends
    http::async_read_header(socket_, buffer_, parser_,
                            [self = shared_from_this()](const Failure& failure, std::size_t) {
                                self->on_header(failure);
                            });
}

void Tail::on_header(const Failure& failure) {
    if (!responder_) {
        return;
    }
    if (failure) {
        refuse_unreachable(failure.message());
        return;
    }
    const auto& response = parser_.get();
    if (response.result_int() != 200) {
        const bool is_ours = response.result_int() == 401;  // the client has shown its own already
        refuse(is_ours ? 502 : response.result_int(),
               is_ours ? "refused the user and password of [inet_http_server]"
                       : concat("answered ", response.result_int(), " ",
                                std::string(response.reason())));
        return;
    }
    deadline_.cancel();
    HttpStreamHead head;
    for (const auto* name : {"Content-Type", "Last-Modified", "X-Accel-Buffering"}) {
        if (const auto found = response.find(name); found != response.end()) {
            head.fields.push_back({name, std::string(found->value())});
        }
    }
    stream_ = std::exchange(responder_, std::nullopt)->begin_stream(head);
    read_piece();
}

void Tail::read_piece() {
    if (!stream_) {
        return;
    }
    if (parser_.is_done()) {
        finish();
        return;
    }
    parser_.get().body().data = piece_.data();
    parser_.get().body().size = piece_.size();
    parser_.get().body().more = true;
    http::async_read_some(socket_, buffer_, parser_,
                          [self = shared_from_this()](const Failure& failure, std::size_t) {
                              self->on_piece(failure);
                          });
}

void Tail::on_piece(const Failure& failure) {
    if (!stream_) {
        return;
    }
    // need_buffer only says that the piece is full.
    if (failure && failure != http::error::need_buffer) {
        end();
        return;
    }
    const auto count = piece_.size() - parser_.get().body().size;
    if (count == 0) {
        read_piece();
        return;
    }
    stream_->write(std::string(piece_.data(), count), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->read_piece();
        }
    });
}

void Tail::finish() {
    stream_->end();
    end();
}

// Whatever is under way comes back with a failure, and finds neither responder nor stream.
void Tail::end() {
    const auto self = shared_from_this();
    responder_.reset();
    stream_.reset();
    deadline_.cancel();
    Failure ignored;  // the connection is given up whatever close says
    socket_.close(ignored);
    if (const auto on_ended = std::exchange(on_ended_, nullptr)) {
        on_ended(this);
    }
}

void Tail::refuse(unsigned status, const std::string& why) {
    responder_->respond({status, "text/plain", concat("the local supervisord ", why, "\n")});
    end();
}

}  // namespace

struct LogTail::Parts : std::enable_shared_from_this<Parts> {
    Parts(EventLoop& loop, SupervisorAddress where, Duration patience)
        : context(loop.context()), address(std::move(where)), open_time(patience), resolver(loop) {}

    asio::io_context& context;
    SupervisorAddress address;
    Duration open_time;
    NameResolver resolver;
    std::set<std::shared_ptr<Tail>> tails;
};

LogTail::LogTail(EventLoop& loop, SupervisorAddress address, Duration open_time)
    : parts_(std::make_shared<Parts>(loop, std::move(address), open_time)) {}

LogTail::~LogTail() {
    while (!parts_->tails.empty()) {
        const auto tail = *parts_->tails.begin();
        tail->end();
    }
}

void LogTail::on_request(const HttpRequest& request, const Responder& responder) {
    auto& parts = *parts_;
    if (parts.tails.size() >= kMaxStreams) {
        responder.respond(
            {503, "text/plain",
             concat("more than ", kMaxStreams, " logs are streamed already, try again later\n")});
        return;
    }
    const auto tail = std::make_shared<Tail>(
        parts.context, responder, [weak = std::weak_ptr(parts_)](Tail* ended) {
            if (const auto self = weak.lock()) {
                std::erase_if(self->tails, [ended](const auto& one) { return one.get() == ended; });
            }
        });
    parts.tails.insert(tail);
    tail->set_request(request_text(parts.address, request));
    tail->start(parts.open_time);
    const auto port = parts.address.port;
    if (is_numeric_address(parts.address.host)) {
        tail->connect(parts.address.host, port);
        return;
    }
    parts.resolver.resolve(parts.address.host, [tail, port](const Result<std::string>& found) {
        tail->connect(found, port);
    });
}

}  // namespace sup::shell
