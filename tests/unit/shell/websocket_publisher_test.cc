#include "agent/shell/websocket_publisher.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <optional>

#include "common/base/text.h"
#include "http_server_client.h"
#include "tests/unit/shell/free_port.h"

namespace sup::shell {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;

core::PublishEvent process_event(const std::string& name) {
    ProcessInfo info;
    info.process_name = name;
    return {info};
}

// A publisher whose status is one event of each of three types.
struct Fixture {
    explicit Fixture(WebSocketLimits limits = {}, std::string name = "first") {
        publisher.emplace(loop, WebSocketPublisher::Address{"127.0.0.1", port},
                          WebSocketPublisher::Callbacks{
                              [name] {
                                  return std::vector<core::PublishEvent>{
                                      {SupvisorsInfo{}}, {ApplicationInfo{}}, process_event(name)};
                              },
                              [this](const std::string& text) {
                                  const std::lock_guard lock(mutex);
                                  warnings.push_back(text);
                              }},
                          limits);
        REQUIRE(publisher->bind());
        running.emplace(loop);
    }
    ~Fixture() {
        on_loop([this] { publisher.reset(); });
        running.reset();
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    void on_loop(const std::function<void()>& task) { run_on(loop, task); }
    void publish(const core::PublishEvent& event) {
        on_loop([&] { publisher->publish(event); });
    }
    std::vector<std::string> warned() {
        const std::lock_guard lock(mutex);
        return warnings;
    }

    std::uint16_t port = test::free_port();
    std::mutex mutex;
    std::vector<std::string> warnings;
    EventLoop loop;
    std::optional<WebSocketPublisher> publisher;
    std::optional<RunningLoop> running;
};

// A client of another make than the server's asynchronous side: it blocks.
struct Client {
    Client(std::uint16_t port, const std::string& path) {
        stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
        stream.handshake("localhost", path);
    }
    std::string read() {
        boost::beast::flat_buffer buffer;
        boost::system::error_code failure;
        stream.read(buffer, failure);
        is_text = stream.got_text();
        return failure ? failure.message() : boost::beast::buffers_to_string(buffer.data());
    }
    // The headers of the next frames.
    std::vector<std::string> headers(std::size_t count) {
        std::vector<std::string> found;
        for (std::size_t i = 0; i < count; ++i) {
            const auto text = read();
            found.push_back(text.substr(0, text.find(',')));
        }
        return found;
    }

    asio::io_context context;
    websocket::stream<asio::ip::tcp::socket> stream{context};
    bool is_text = false;
};

TEST_CASE("a subscriber gets the current status, then every event, as text frames") {
    Fixture fixture;
    Client client(fixture.port, "/all");
    CHECK(client.headers(3) ==
          std::vector<std::string>{"[\"supvisors\"", "[\"application\"", "[\"process\""});
    CHECK(client.is_text);
    fixture.publish(process_event("web"));
    const auto text = client.read();
    CHECK(text.starts_with("[\"process\",{"));
    CHECK(text.find("\"process_name\":\"web\"") != std::string::npos);
    CHECK(text.ends_with("}]"));
}

TEST_CASE("the path says what is sent, a path that says nothing is silent") {
    Fixture fixture;
    Client some(fixture.port, "/process/supvisors");
    Client none(fixture.port, GENERATE("/", "/foo", "/all?x=1"));
    CHECK(some.headers(2) == std::vector<std::string>{"[\"supvisors\"", "[\"process\""});
    fixture.publish({ApplicationInfo{}});
    fixture.publish(process_event("web"));
    CHECK(some.headers(1) == std::vector<std::string>{"[\"process\""});
    fixture.on_loop([&] { fixture.publisher->say_farewell(); });
    CHECK(none.read() == "The WebSocket stream was gracefully closed at both endpoints");
}

TEST_CASE("at the end subscribers are told that the publisher goes away") {
    Fixture fixture;
    Client client(fixture.port, "/process");
    client.headers(1);  // it is subscribed for sure
    fixture.on_loop([&] { fixture.publisher->say_farewell(); });
    client.read();
    CHECK(client.stream.reason().code == websocket::close_code::going_away);
    CHECK(test::connect_to(fixture.port) == -1);
}

TEST_CASE("a ping is answered, what else a subscriber sends is dropped") {
    Fixture fixture;
    Client client(fixture.port, "/process");
    client.headers(1);
    std::atomic<bool> is_answered = false;
    client.stream.control_callback([&](websocket::frame_type type, boost::beast::string_view) {
        is_answered = is_answered || type == websocket::frame_type::pong;
    });
    client.stream.write(asio::buffer(std::string(1000, 'x')));
    client.stream.ping("?");
    // The answer comes before what is published once it was sent.
    client.stream.write(asio::buffer(std::string("y")));
    while (!is_answered) {
        fixture.publish(process_event("web"));
        REQUIRE(client.read().starts_with("[\"process\""));
    }
}

TEST_CASE("a subscriber that does not read is cut off with a warning, the others are served") {
    WebSocketLimits limits;
    limits.queue_bytes = 100'000;
    Fixture fixture(limits);
    Client asleep(fixture.port, "/process");
    Client awake(fixture.port, "/process");
    awake.headers(1);
    const auto event = process_event(std::string(20'000, 'x'));
    std::size_t count = 0;
    while (fixture.warned().empty() && count < 2000) {
        fixture.publish(event);
        REQUIRE(awake.headers(1) == std::vector<std::string>{"[\"process\""});
        ++count;
    }
    REQUIRE(fixture.warned().size() == 1);
    CHECK(fixture.warned()[0].starts_with("subscriber 127.0.0.1:"));
    CHECK(fixture.warned()[0].ends_with(" events wait: it is cut off"));
    fixture.publish(event);
    CHECK(awake.headers(1) == std::vector<std::string>{"[\"process\""});
}

TEST_CASE("the status may be larger than the bound of the queue") {
    WebSocketLimits limits;
    limits.queue_bytes = 1000;
    Fixture fixture(limits, std::string(1'000'000, 'x'));
    Client client(fixture.port, "/process");
    CHECK(client.read().size() > 1'000'000);
    CHECK(fixture.warned().empty());
}

TEST_CASE("what is no handshake is refused, who says nothing is let go") {
    WebSocketLimits limits;
    limits.handshake_time = Duration{100};
    const Fixture fixture(limits);
    RawClient plain(fixture.port);
    plain.send("GET /all HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(status_of(plain.read_head()) == 400);
    CHECK(plain.is_ended());
    for (const auto* const bytes : {"", "GET /all HTTP/1.1\r\nX: ", "nonsense\r\n\r\n"}) {
        RawClient client(fixture.port);
        client.send(bytes);
        CHECK(client.is_ended());
    }
    RawClient large(fixture.port);
    large.send(concat("GET /all HTTP/1.1\r\nX: ", std::string(10'000, 'x')));
    CHECK(large.is_ended());
}

TEST_CASE("silence is asked about, and ended") {
    WebSocketLimits limits;
    limits.silence = Duration{200};
    const Fixture fixture(limits);
    Client reader(fixture.port, "/");  // answers pings while it reads
    RawClient silent(fixture.port);
    silent.send(
        "GET /all HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    CHECK(status_of(silent.read_head()) == 101);
    auto end = std::async(std::launch::async, [&] { return reader.read(); });
    CHECK(silent.is_ended());
    CHECK(end.wait_for(std::chrono::milliseconds(400)) == std::future_status::timeout);
    reader.stream.next_layer().shutdown(asio::ip::tcp::socket::shutdown_both);
}

TEST_CASE("subscribers beyond the limit wait until one leaves") {
    WebSocketLimits limits;
    limits.subscribers = 1;
    const Fixture fixture(limits);
    std::optional<Client> first(std::in_place, fixture.port, "/process");
    first->headers(1);  // it is subscribed for sure
    auto second = std::async(std::launch::async, [&] {
        Client late(fixture.port, "/process");
        return late.headers(1);
    });
    CHECK(second.wait_for(std::chrono::milliseconds(200)) == std::future_status::timeout);
    first.reset();
    CHECK(second.get() == std::vector<std::string>{"[\"process\""});
}

TEST_CASE("connections that say nothing keep no subscriber out") {
    WebSocketLimits limits;
    limits.subscribers = 2;
    limits.handshake_time = Duration{60'000};
    const Fixture fixture(limits);
    RawClient first(fixture.port);
    RawClient second(fixture.port);
    Client client(fixture.port, "/process");
    CHECK(client.headers(1) == std::vector<std::string>{"[\"process\""});
    CHECK(first.is_ended());
    Client late(fixture.port, "/process");
    CHECK(late.headers(1) == std::vector<std::string>{"[\"process\""});
    CHECK(second.is_ended());
}

TEST_CASE("an event port that is used is said with its option, and may be tried again") {
    EventLoop loop;
    const auto port = test::free_port();
    std::optional<WebSocketPublisher> first(std::in_place, loop,
                                            WebSocketPublisher::Address{"127.0.0.1", port},
                                            WebSocketPublisher::Callbacks{});
    WebSocketPublisher second(loop, {"127.0.0.1", port}, {});
    REQUIRE(first->bind());
    const auto bound = second.bind();
    REQUIRE_FALSE(bound);
    CHECK(bound.error().message == concat("event socket: cannot listen on 127.0.0.1 port ", port,
                                          " (option event_port): Address already in use"));
    CHECK_FALSE(second.is_open());
    second.publish(process_event("web"));
    first.reset();
    CHECK(second.bind());
}

}  // namespace
}  // namespace sup::shell
