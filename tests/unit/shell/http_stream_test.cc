#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <optional>

#include "agent/shell/http_server.h"
#include "common/base/text.h"
#include "http_server_client.h"

// Responses that grow: see HttpStream in http_server.h.
namespace sup::shell {
namespace {

const std::string kGet = "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";

// A server that streams what the test says, on the loop's thread.
struct Fixture {
    explicit Fixture(HttpLimits limits = {}) : server(loop, {"127.0.0.1", 0}, {}, limits) {
        server.add_route({"/stream", "GET", [this](HttpRequest, const Responder& responder) {
                              responder.watch_client([this] { gone.set_value(); });
                              stream = responder.begin_stream({{{"Content-Type", "text/plain"}}});
                              begun.set_value();
                          }});
        REQUIRE(server.listen());
        running.emplace(loop);
    }
    ~Fixture() {
        on_loop([this] { stream.reset(); });
        running.reset();
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    void on_loop(const std::function<void()>& task) { run_on(loop, task); }
    void wait_begun() { REQUIRE(is_kept(begun)); }

    EventLoop loop;
    HttpServer server;
    std::shared_ptr<HttpStream> stream;
    std::promise<void> begun;
    std::promise<void> gone;
    std::optional<RunningLoop> running;
};

TEST_CASE("a stream is chunks for HTTP/1.1, and the connection ends with it") {
    Fixture fixture;
    RawClient client(fixture.server.port());
    client.send(kGet);
    const auto head = client.read_head();
    CHECK(status_of(head) == 200);
    CHECK(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(head.find("Content-Type: text/plain\r\n") != std::string::npos);
    fixture.wait_begun();
    fixture.on_loop([&] { fixture.stream->write("hello", nullptr); });
    CHECK(client.read_bytes(10) == "5\r\nhello\r\n");
    fixture.on_loop(
        [&] { fixture.stream->write(std::string(300, 'x'), [&] { fixture.stream->end(); }); });
    CHECK(client.read_all() == concat("12c\r\n", std::string(300, 'x'), "\r\n0\r\n\r\n"));
}

TEST_CASE("a stream is bytes until the end of the connection for HTTP/1.0") {
    Fixture fixture;
    RawClient client(fixture.server.port());
    client.send("GET /stream HTTP/1.0\r\n\r\n");
    CHECK(client.read_head().find("Transfer-Encoding") == std::string::npos);
    fixture.wait_begun();
    fixture.on_loop([&] { fixture.stream->write("hello", [&] { fixture.stream->end(); }); });
    CHECK(client.read_all() == "hello");
}

TEST_CASE("a stream that is dropped is not taken for complete") {
    Fixture fixture;
    RawClient client(fixture.server.port());
    client.send(kGet);
    client.read_head();
    fixture.wait_begun();
    fixture.on_loop([&] { fixture.stream.reset(); });
    CHECK(client.read_all().empty());
}

TEST_CASE("the end of the client is told while nothing is written") {
    Fixture fixture;
    // supervisorctl sends one line end too many; some clients might send more.
    const auto* const more = GENERATE("", "\r\n", "GET /stream HTTP/1.1\r\n\r\n");
    RawClient client(fixture.server.port());
    client.send(concat(kGet, more));
    client.read_head();
    client.close();
    CHECK(is_kept(fixture.gone));
}

TEST_CASE("a piece that the client does not read is not taken, and ends the connection in time") {
    HttpLimits limits;
    limits.write_time = Duration{200};
    std::atomic<bool> is_taken = false;
    Fixture fixture(limits);
    RawClient client(fixture.server.port());
    client.send(kGet);
    client.read_head();
    fixture.wait_begun();
    fixture.on_loop(
        [&] { fixture.stream->write(std::string(50'000'000, 'x'), [&] { is_taken = true; }); });
    CHECK(is_kept(fixture.gone));
    CHECK_FALSE(is_taken);
}

TEST_CASE("a silent stream has no limit in time") {
    HttpLimits limits;
    limits.header_time = limits.body_time = limits.write_time = limits.idle_time = Duration{50};
    Fixture fixture(limits);
    RawClient client(fixture.server.port());
    client.send(kGet);
    client.read_head();
    fixture.wait_begun();
    std::promise<void> later;
    std::unique_ptr<EventLoop::Timer> timer;
    fixture.on_loop([&] {
        timer = fixture.loop.timer([&] { later.set_value(); });
        timer->set(fixture.loop.now() + 300_ms);
    });
    CHECK(is_kept(later));
    fixture.on_loop([&] {
        timer.reset();
        fixture.stream->write("x", nullptr);
    });
    CHECK(client.read_bytes(6) == "1\r\nx\r\n");
}

}  // namespace
}  // namespace sup::shell
