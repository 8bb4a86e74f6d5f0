#include "agent/shell/websocket_publisher.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <deque>
#include <limits>
#include <list>
#include <optional>
#include <utility>

#include "agent/codec/event_subscription.h"
#include "agent/shell/http_acceptor.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using Failure = boost::system::error_code;
using Text = std::shared_ptr<const std::string>;

constexpr std::uint32_t kHeaderBytes = 8 * 1024;
constexpr std::size_t kReadBytes = 4 * 1024;
// Nothing is expected of subscribers but pings and closes.
constexpr std::size_t kLongestMessage = 64 * 1024;
// What a text costs in a queue besides its bytes.
constexpr std::size_t kEntryBytes = 64;
constexpr std::chrono::milliseconds kAcceptPause{100};

// One event, whose text is made once, when the first subscriber wants it.
class Event {
public:
    explicit Event(const core::PublishEvent& event) : text_(codec::encode_event(event)) {}
    std::string_view header() const { return text_.header; }
    const Text& frame() {
        if (frame_ == nullptr) {
            frame_ = std::make_shared<const std::string>(codec::frame_text(text_));
        }
        return frame_;
    }

private:
    codec::EventText text_;
    Text frame_;
};

// What all subscribers of a publisher share.
struct Service {
    WebSocketPublisher::Callbacks callbacks;
    WebSocketLimits limits;
};

// *Shaking hands* -> *subscribed* -> *closed*. It lives as long as something of it is under way.
class Subscriber : public std::enable_shared_from_this<Subscriber> {
public:
    Subscriber(tcp::socket socket, std::shared_ptr<const Service> service,
               std::function<void()> on_closed)
        : name_(name_of(socket)),
          stream_(std::move(socket)),
          deadline_(stream_.get_executor()),
          service_(std::move(service)),
          on_closed_(std::move(on_closed)) {}

    void start();
    bool is_shaking_hands() const { return on_closed_ && !subscription_; }
    void offer(Event& event);
    void say_farewell();
    void cut();

private:
    static std::string name_of(const tcp::socket& socket) {
        Failure failure;
        const auto endpoint = socket.remote_endpoint(failure);
        return failure ? "?" : concat(endpoint.address().to_string(), ":", endpoint.port());
    }
    void on_request(const Failure& failure);
    void on_accepted(const Failure& failure);
    void push(const Text& text);
    void write();
    void read();

    const std::string name_;
    websocket::stream<tcp::socket> stream_;
    asio::steady_timer deadline_;
    std::shared_ptr<const Service> service_;
    std::function<void()> on_closed_;  // none: closed
    boost::beast::flat_buffer buffer_;
    http::request_parser<http::empty_body> request_;
    std::optional<codec::EventSubscription> subscription_;  // none: shaking hands
    std::deque<Text> queue_;                                // the front is being written
    std::size_t queued_bytes_ = 0;
    std::size_t most_bytes_ = 0;
};

void Subscriber::start() {
    deadline_.expires_after(std::chrono::milliseconds(service_->limits.handshake_time.ms));
    deadline_.async_wait([weak = weak_from_this()](const Failure& failure) {
        if (const auto self = weak.lock(); self && !failure && !self->subscription_) {
            self->cut();
        }
    });
    request_.header_limit(kHeaderBytes);
    http::async_read(stream_.next_layer(), buffer_, request_,
                     [self = shared_from_this()](const Failure& failure, std::size_t) {
                         self->on_request(failure);
                     });
}

void Subscriber::on_request(const Failure& failure) {
    if (!on_closed_) {
        return;
    }
    if (failure) {
        cut();
        return;
    }
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = std::chrono::milliseconds(service_->limits.handshake_time.ms);
    timeout.idle_timeout = std::chrono::milliseconds(service_->limits.silence.ms);
    timeout.keep_alive_pings = true;
    stream_.set_option(timeout);
    stream_.read_message_max(kLongestMessage);
    stream_.auto_fragment(false);
    stream_.text(true);
    // A request that is no handshake is answered with its HTTP status, and fails.
    stream_.async_accept(request_.get(), [self = shared_from_this()](const Failure& refusal) {
        self->on_accepted(refusal);
    });
}

void Subscriber::on_accepted(const Failure& failure) {
    if (!on_closed_) {
        return;
    }
    if (failure) {
        cut();
        return;
    }
    deadline_.cancel();
    const auto target = request_.get().target();
    subscription_.emplace(std::string_view(target.data(), target.size()));
    buffer_.clear();
    read();
    most_bytes_ = std::numeric_limits<std::size_t>::max();
    if (!subscription_->is_empty()) {
        for (const auto& status : service_->callbacks.current_status()) {
            Event event(status);
            offer(event);
        }
    }
    most_bytes_ = queued_bytes_ + service_->limits.queue_bytes;
}

void Subscriber::offer(Event& event) {
    if (on_closed_ && subscription_ && subscription_->has(event.header())) {
        push(event.frame());
    }
}

void Subscriber::push(const Text& text) {
    queued_bytes_ += text->size() + kEntryBytes;
    if (queued_bytes_ > most_bytes_) {
        service_->callbacks.on_warning(concat("subscriber ", name_, " reads too slowly, ",
                                              queue_.size(), " events wait: it is cut off"));
        cut();
        return;
    }
    queue_.push_back(text);
    if (queue_.size() == 1) {
        write();
    }
}

void Subscriber::write() {
    // The text is kept for the time that it is written, whatever becomes of the queue.
    stream_.async_write(
        asio::buffer(*queue_.front()),
        [self = shared_from_this(), text = queue_.front()](const Failure& failure, std::size_t) {
            if (!self->on_closed_) {
                return;
            }
            if (failure) {
                self->cut();
                return;
            }
            self->queued_bytes_ -= text->size() + kEntryBytes;
            self->queue_.pop_front();
            if (!self->queue_.empty()) {
                self->write();
            }
        });
}

// Reading answers pings and closes, and tells that the subscriber is gone.
void Subscriber::read() {
    stream_.async_read_some(buffer_, kReadBytes,
                            [self = shared_from_this()](const Failure& failure, std::size_t) {
                                if (!self->on_closed_) {
                                    return;
                                }
                                if (failure) {
                                    self->cut();
                                    return;
                                }
                                self->buffer_.clear();
                                self->read();
                            });
}

void Subscriber::say_farewell() {
    if (!subscription_) {
        cut();
        return;
    }
    stream_.async_close(websocket::close_code::going_away,
                        [self = shared_from_this()](const Failure&) { self->cut(); });
}

void Subscriber::cut() {
    const auto on_closed = std::exchange(on_closed_, nullptr);
    if (!on_closed) {
        return;
    }
    deadline_.cancel();
    queue_.clear();
    Failure ignored;  // the connection is given up whatever close says
    stream_.next_layer().close(ignored);
    on_closed();
}

}  // namespace

struct WebSocketPublisher::Parts : std::enable_shared_from_this<Parts> {
    Parts(EventLoop& loop, Address where)
        : context(loop.context()), address(std::move(where)), acceptor(context), pause(context) {}

    Status listen();
    void accept();
    void on_accepted(const Failure& failure, tcp::socket socket);
    void serve(tcp::socket socket);
    std::shared_ptr<Subscriber> longest_shaking_hands() const;
    bool is_full() const { return subscribers.size() >= service->limits.subscribers; }
    void on_closed(std::list<std::shared_ptr<Subscriber>>::iterator place);
    void stop_listening();

    asio::io_context& context;
    Address address;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::shared_ptr<Service> service = std::make_shared<Service>();
    std::list<std::shared_ptr<Subscriber>> subscribers;
    std::optional<tcp::socket> waiting;  // for room; nobody else is accepted meanwhile
    bool is_accepting = false;
};

Status WebSocketPublisher::Parts::listen() {
    Failure failure;
    const tcp::endpoint endpoint(asio::ip::make_address(address.host, failure), address.port);
    const auto listening =
        failure ? Status(Error{failure.message()}) : listen_at(acceptor, endpoint);
    if (!listening) {
        return Error{concat("event socket: cannot listen on ", address.host, " port ", address.port,
                            " (option event_port): ", listening.error().message)};
    }
    accept();
    return {};
}

void WebSocketPublisher::Parts::accept() {
    if (is_accepting || !acceptor.is_open() || waiting) {
        return;
    }
    is_accepting = true;
    acceptor.async_accept([weak = weak_from_this()](const Failure& failure, tcp::socket socket) {
        if (const auto self = weak.lock(); self && self->acceptor.is_open()) {
            self->is_accepting = false;
            self->on_accepted(failure, std::move(socket));
        }
    });
}

void WebSocketPublisher::Parts::on_accepted(const Failure& failure, tcp::socket socket) {
    if (!failure) {
        serve(std::move(socket));
        accept();
        return;
    }
    // No descriptors left, most likely: trying again at once would spin.
    pause.expires_after(kAcceptPause);
    pause.async_wait([weak = weak_from_this()](const Failure& cancelled) {
        if (const auto self = weak.lock(); self && !cancelled) {
            self->accept();
        }
    });
}

// Null: all are subscribed.
std::shared_ptr<Subscriber> WebSocketPublisher::Parts::longest_shaking_hands() const {
    const auto found =
        std::ranges::find_if(subscribers, [](const auto& one) { return one->is_shaking_hands(); });
    return found == subscribers.end() ? nullptr : *found;
}

void WebSocketPublisher::Parts::serve(tcp::socket socket) {
    if (is_full()) {
        const auto silent = longest_shaking_hands();
        if (silent == nullptr) {
            waiting.emplace(std::move(socket));
            return;
        }
        silent->cut();
    }
    Failure ignored;  // a subscriber that is gone already is noticed when it is read
    socket.set_option(tcp::no_delay(true), ignored);
    const auto place = subscribers.emplace(subscribers.end());
    *place =
        std::make_shared<Subscriber>(std::move(socket), service, [weak = weak_from_this(), place] {
            if (const auto self = weak.lock()) {
                self->on_closed(place);
            }
        });
    (*place)->start();
}

void WebSocketPublisher::Parts::on_closed(std::list<std::shared_ptr<Subscriber>>::iterator place) {
    // Not now: publish() may be going through the list.
    asio::post(context, [weak = weak_from_this(), place] {
        if (const auto self = weak.lock()) {
            self->subscribers.erase(place);
            if (self->waiting && !self->is_full()) {
                self->serve(*std::exchange(self->waiting, std::nullopt));
            }
            self->accept();
        }
    });
}

void WebSocketPublisher::Parts::stop_listening() {
    Failure ignored;
    acceptor.close(ignored);
    waiting.reset();
    pause.cancel();
}

WebSocketPublisher::WebSocketPublisher(EventLoop& loop, Address address, Callbacks callbacks,
                                       WebSocketLimits limits)
    : parts_(std::make_shared<Parts>(loop, std::move(address))) {
    parts_->service->callbacks = std::move(callbacks);
    parts_->service->limits = limits;
}

WebSocketPublisher::~WebSocketPublisher() {
    parts_->stop_listening();
    for (const auto& subscriber : parts_->subscribers) {
        subscriber->cut();
    }
}

Status WebSocketPublisher::bind() {
    return parts_->listen();
}

bool WebSocketPublisher::is_open() const {
    return parts_->acceptor.is_open();
}

void WebSocketPublisher::publish(const core::PublishEvent& event) {
    if (parts_->subscribers.empty()) {
        return;
    }
    Event one(event);
    for (const auto& subscriber : parts_->subscribers) {
        subscriber->offer(one);
    }
}

void WebSocketPublisher::say_farewell() {
    parts_->stop_listening();
    for (const auto& subscriber : parts_->subscribers) {
        subscriber->say_farewell();
    }
}

}  // namespace sup::shell
