#include "agent/shell/http_log_tail.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <optional>

#include "common/base/text.h"
#include "http_server_client.h"

namespace sup::shell {
namespace {

const std::string kPath = "/logtail/shop:db/stdout";

// Our API in front of a server that streams as supervisord does, on one loop.
struct Fixture {
    explicit Fixture(SupervisorAddress address = {"127.0.0.1", 0, "user", "secret"})
        : supervisor(loop, {"127.0.0.1", 0}, {"user", "secret"}),
          api(loop, {"127.0.0.1", 0}, {"user", "secret"}) {
        supervisor.add_route({"/logtail/none", "GET", [](HttpRequest, const Responder& responder) {
                                  responder.respond({404, "text/html", "<p>no</p>"});
                              }});
        supervisor.add_route({"/logtail/silent", "GET", [this](HttpRequest, Responder responder) {
                                  held.emplace(std::move(responder));
                              }});
        supervisor.add_route(
            {"/logtail", "GET", [this](const HttpRequest& request, const Responder& responder) {
                 target = request.target;
                 responder.watch_client([this] { gone.set_value(); });
                 log = responder.begin_stream({{{"Content-Type", "text/log"}}});
                 begun.set_value();
             }});
        REQUIRE(supervisor.listen());
        if (address.port == 0) {
            address.port = supervisor.port();
        }
        tail.emplace(loop, address, Duration{500});
        api.add_route(
            {"/logtail", "GET", [this](const HttpRequest& request, const Responder& responder) {
                 tail->on_request(request, responder);
             }});
        REQUIRE(api.listen());
        running.emplace(loop);
    }
    ~Fixture() {
        on_loop([this] {
            log.reset();
            held.reset();
            tail.reset();
        });
        running.reset();
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    void on_loop(const std::function<void()>& task) { run_on(loop, task); }
    static std::string get(const std::string& path) {
        return concat("GET ", path, " HTTP/1.1\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n");
    }
    std::string answer_to(const std::string& path) const {
        RawClient client(api.port());
        client.send(get(path));
        return client.read_response();
    }

    EventLoop loop;
    HttpServer supervisor;
    HttpServer api;
    std::optional<LogTail> tail;
    std::shared_ptr<HttpStream> log;
    std::optional<Responder> held;
    std::string target;
    std::promise<void> begun;
    std::promise<void> gone;
    std::optional<RunningLoop> running;
};

TEST_CASE("what the log grows by comes at once, as it is, until supervisord ends it") {
    Fixture fixture;
    RawClient client(fixture.api.port());
    client.send(Fixture::get(kPath) + "\r\n");
    const auto head = client.read_head();
    CHECK(head.find("Content-Type: text/log\r\n") != std::string::npos);
    REQUIRE(is_kept(fixture.begun));
    CHECK(fixture.target == kPath);
    const std::string bytes("a\0\xff\r\n0\r\n\r\n", 10);
    fixture.on_loop([&] { fixture.log->write(bytes, nullptr); });
    CHECK(client.read_bytes(15) == concat("a\r\n", bytes, "\r\n"));
    fixture.on_loop([&] { fixture.log->write("b", [&] { fixture.log->end(); }); });
    CHECK(client.read_all() == "1\r\nb\r\n0\r\n\r\n");
}

TEST_CASE("a client that goes frees supervisord") {
    Fixture fixture;
    RawClient client(fixture.api.port());
    client.send(Fixture::get(kPath) + "\r\n");
    client.read_head();
    client.close();
    CHECK(is_kept(fixture.gone));
}

TEST_CASE("a supervisord that goes cuts the client") {
    Fixture fixture;
    RawClient client(fixture.api.port());
    client.send(Fixture::get(kPath));
    client.read_head();
    REQUIRE(is_kept(fixture.begun));
    fixture.on_loop([&] { fixture.log.reset(); });
    CHECK(client.read_all().empty());
}

TEST_CASE("what a client does not read stays where it is") {
    std::atomic<std::size_t> taken = 0;
    std::function<void()> write;
    Fixture fixture;
    RawClient client(fixture.api.port());
    client.send(Fixture::get(kPath));
    client.read_head();
    REQUIRE(is_kept(fixture.begun));
    constexpr std::size_t kPiece = 1'000'000;
    write = [&] {
        fixture.log->write(std::string(kPiece, 'x'), [&] {
            taken += kPiece;
            write();
        });
    };
    fixture.on_loop(write);
    // Whatever the buffers of the system hold: after a second without progress nothing moves.
    std::size_t seen = 0;
    do {
        seen = taken;
        std::promise<void> later;
        std::unique_ptr<EventLoop::Timer> timer;
        fixture.on_loop([&] {
            timer = fixture.loop.timer([&] { later.set_value(); });
            timer->set(fixture.loop.now() + 1000_ms);
        });
        REQUIRE(is_kept(later));
        fixture.on_loop([&] { timer.reset(); });
        REQUIRE(seen < 100 * kPiece);
    } while (seen != taken);
    client.read_bytes(20 * kPiece);
    CHECK(taken > seen);
    fixture.on_loop([&] { write = [] {}; });
}

TEST_CASE("what supervisord refuses is refused with its status") {
    const Fixture fixture;
    const auto answer = fixture.answer_to("/logtail/none");
    CHECK(status_of(answer) == 404);
    CHECK(body_of(answer) == "the local supervisord answered 404 Not Found\n");
}

TEST_CASE("a supervisord that hangs is given up") {
    const Fixture fixture;
    CHECK(status_of(fixture.answer_to("/logtail/silent")) == 504);
}

TEST_CASE("credentials: ours where the password is known, else the client's, 401 is not theirs") {
    struct Row {
        const char* password;
        unsigned want;
    };
    const auto row = GENERATE(Row{"secret", 200}, Row{"{SHA}e5e9", 200}, Row{"wrong", 502});
    CAPTURE(row.password);
    const Fixture fixture({"127.0.0.1", 0, "user", row.password});
    RawClient client(fixture.api.port());
    client.send(Fixture::get(kPath));
    CHECK(status_of(client.read_head()) == row.want);
}

TEST_CASE("nobody there is said") {
    std::uint16_t closed = 0;
    {
        EventLoop loop;
        HttpServer other(loop, {"127.0.0.1", 0}, {});
        REQUIRE(other.listen());
        closed = other.port();
    }
    const Fixture fixture({GENERATE("127.0.0.1", "localhost"), closed, "user", "secret"});
    const auto answer = fixture.answer_to(kPath);
    CHECK(status_of(answer) == 502);
    CHECK(body_of(answer) == "the local supervisord cannot be called: Connection refused\n");
}

}  // namespace
}  // namespace sup::shell
