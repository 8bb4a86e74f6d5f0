#include "agent/shell/http_server.h"

#include <catch2/catch.hpp>
#include <future>
#include <optional>
#include <vector>

#include "common/base/text.h"
#include "http_server_client.h"

namespace sup::shell {
namespace {

// A server whose handler answers what the test says.
struct Fixture {
    explicit Fixture(Credentials credentials = {}, HttpLimits limits = {}, HttpHandler handler = {})
        : server(loop, {"127.0.0.1", 0}, std::move(credentials), limits) {
        server.add_route({"/RPC2", "POST", handler ? std::move(handler) : echo()});
        const auto listening = server.listen();
        REQUIRE(listening);
        running.emplace(loop);
    }
    ~Fixture() { running.reset(); }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    static HttpHandler echo() {
        return [](HttpRequest request, Responder responder) {
            responder.respond({200, "text/xml", "got " + request.body});
        };
    }
    unsigned status_for(std::string_view bytes) const {
        RawClient client(server.port());
        client.send(bytes);
        return status_of(client.read_response());
    }

    EventLoop loop;
    HttpServer server;
    std::optional<RunningLoop> running;
};

TEST_CASE("a connection is kept for several requests, pipelined ones included") {
    const Fixture fixture;
    RawClient client(fixture.server.port());
    for (const auto* body : {"one", "two"}) {
        client.send(post(body));
        const auto response = client.read_response();
        CHECK(status_of(response) == 200);
        CHECK(response.find("Content-Type: text/xml\r\n") != std::string::npos);
        CHECK(body_of(response) == concat("got ", body));
    }
    std::string many;
    for (int i = 0; i < 500; ++i) {
        many += post(concat("p", i));
    }
    client.send(many);
    for (int i = 0; i < 500; ++i) {
        REQUIRE(body_of(client.read_response()) == concat("got p", i));
    }
}

TEST_CASE("a request may come byte by byte") {
    const Fixture fixture;
    RawClient client(fixture.server.port());
    for (const char byte : post("slow")) {
        client.send({&byte, 1});
    }
    CHECK(body_of(client.read_response()) == "got slow");
}

TEST_CASE("a connection is closed when the client says so") {
    const Fixture fixture;
    const auto request = GENERATE(post("x", "Connection: close\r\n"),
                                  std::string("POST /RPC2 HTTP/1.0\r\nContent-Length: 0\r\n\r\n"));
    RawClient client(fixture.server.port());
    client.send(request);
    CHECK(status_of(client.read_response()) == 200);
    CHECK(client.is_ended());
}

TEST_CASE("what is not an acceptable request is refused with its status, and the connection ends") {
    struct Row {
        std::string request;
        unsigned want;
    };
    const auto row = GENERATE(
        Row{"GET /RPC2 HTTP/1.1\r\n\r\n", 405}, Row{"PUT /RPC2 HTTP/1.1\r\n\r\n", 405},
        Row{"POST /other HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404},
        Row{"POST /RPC2 HTTP/1.1\r\n\r\n", 411},
        Row{"POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 411},
        Row{"POST /RPC2 HTTP/1.1\r\nContent-Length: 16777217\r\n\r\n", 413},
        Row{"POST /RPC2 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        Row{"POST /RPC2 HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
        Row{"POST /RPC2 HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        Row{"POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
        Row{"\x16\x03\x01\x02 hello\r\n\r\n", 400}, Row{"nonsense\r\n\r\n", 400},
        Row{concat("POST /RPC2 HTTP/1.1\r\nX: ", std::string(17000, 'x'), "\r\n\r\n"), 431},
        Row{std::string(20000, 'x'), 400});
    CAPTURE(row.request.substr(0, 80));
    const Fixture fixture;
    RawClient client(fixture.server.port());
    client.send(row.request);
    const auto status = status_of(client.read_response());
    CHECK((status == row.want || (row.want == 400 && status == 431)));
    CHECK(client.is_ended());
}

TEST_CASE("the target may be anything that begins with /RPC2") {
    const Fixture fixture;
    CHECK(fixture.status_for("POST /RPC2/x?y HTTP/1.1\r\nContent-Length: 0\r\n\r\n") == 200);
}

TEST_CASE("a client that waits for 100 Continue gets it") {
    const Fixture fixture;
    RawClient client(fixture.server.port());
    client.send("POST /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.read_response() == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    CHECK(body_of(client.read_response()) == "got ok");
}

TEST_CASE("credentials are checked before anything else") {
    const auto password = GENERATE(std::string("secret"),
                                   std::string("{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"));
    const Fixture fixture({"user", password});
    struct Row {
        std::string header;
        unsigned want;
    };
    const auto row =
        GENERATE(Row{"Authorization: Basic dXNlcjpzZWNyZXQ=\r\n", 200},  // user:secret
                 Row{"authorization: basic dXNlcjpzZWNyZXQ=\r\n", 200}, Row{"", 401},
                 Row{"Authorization: Basic dXNlcjpiYWQ=\r\n", 401},      // user:bad
                 Row{"Authorization: Basic b3RoZXI6c2VjcmV0\r\n", 401},  // other:secret
                 Row{"Authorization: Basic dXNlcg==\r\n", 401},          // user
                 Row{"Authorization: Basic !!!!\r\n", 401}, Row{"Authorization: Basic\r\n", 401},
                 Row{"Authorization: Digest dXNlcjpzZWNyZXQ=\r\n", 401});
    CAPTURE(row.header);
    CHECK(fixture.status_for(post("x", row.header)) == row.want);
    CHECK(fixture.status_for(concat("GET /nowhere HTTP/1.1\r\n", row.header, "\r\n")) ==
          (row.want == 200 ? 404U : 401U));
}

TEST_CASE("a refusal for want of credentials names the scheme, and reads no body") {
    const Fixture fixture({"user", "secret"});
    RawClient client(fixture.server.port());
    client.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 16000000\r\n\r\n");
    CHECK(client.read_response().find("WWW-Authenticate: Basic realm=\"default\"\r\n") !=
          std::string::npos);
}

TEST_CASE("a page of another site cannot make a browser call") {
    const Fixture fixture;
    const auto headers = GENERATE("Origin: http://evil.example\r\n", "Origin: null\r\n",
                                  "Sec-Fetch-Site: cross-site\r\n");
    CHECK(fixture.status_for(post("x", headers)) == 403);
    CHECK(fixture.status_for(post("x", "Origin: http://localhost\r\n")) == 200);
    CHECK(fixture.status_for("POST /RPC2 HTTP/1.1\r\nHost: evil.example\r\nOrigin: "
                             "http://evil.example\r\nContent-Length: 0\r\n\r\n") == 403);
}

TEST_CASE("slow clients are let go") {
    HttpLimits limits;
    limits.header_time = Duration{50};
    limits.body_time = Duration{50};
    limits.idle_time = Duration{50};
    const Fixture fixture({}, limits);
    const auto start = GENERATE(
        "", "POST /RPC2 HTTP/1.1\r\nX: ", "POST /RPC2 HTTP/1.1\r\nContent-Length: 5\r\n\r\nab",
        "POST /RPC2 HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    RawClient client(fixture.server.port());
    client.send(start);
    CHECK(client.is_ended());
}

TEST_CASE("an idle connection gives way when there are too many, busy ones do not") {
    HttpLimits limits;
    limits.connections = 2;
    std::vector<Responder> held;
    const Fixture fixture({}, limits, [&held](HttpRequest request, Responder responder) {
        if (request.body == "hold") {
            held.push_back(std::move(responder));
            return;
        }
        responder.respond({200, "text/xml", "ok"});
    });
    RawClient idle(fixture.server.port());
    idle.send(post("x"));
    CHECK(status_of(idle.read_response()) == 200);
    RawClient busy(fixture.server.port());
    busy.send(post("hold"));
    RawClient other(fixture.server.port());
    other.send(post("hold"));
    CHECK(idle.is_ended());
    RawClient late(fixture.server.port());
    CHECK(status_of(late.read_response()) == 503);
}

TEST_CASE("a connection that shows no credentials gives way, one in a body does not") {
    HttpLimits limits;
    limits.connections = 2;
    const Fixture fixture({}, limits);
    RawClient body(fixture.server.port());
    body.send("POST /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    body.read_response();
    RawClient slow(fixture.server.port());
    slow.send(GENERATE("", "POST /RPC2 HTTP/1.1\r\nX: "));
    RawClient late(fixture.server.port());
    late.send(post("x"));
    CHECK(status_of(late.read_response()) == 200);
    CHECK(slow.is_ended());
    body.send("ok");
    CHECK(body_of(body.read_response()) == "got ok");
}

TEST_CASE("bodies that are large together are refused, small ones never are") {
    HttpLimits limits;
    limits.small_body_bytes = 10;
    limits.all_bodies_bytes = 100;
    const Fixture fixture({}, limits);
    const auto announce = [](std::size_t bytes) {
        return concat("POST /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: ", bytes,
                      "\r\n\r\n");
    };
    RawClient first(fixture.server.port());
    first.send(announce(60));
    CHECK(status_of(first.read_response()) == 100);
    CHECK(fixture.status_for(announce(60)) == 503);
    CHECK(fixture.status_for(announce(40)) == 100);
    CHECK(fixture.status_for(post("0123456789")) == 200);
    first.send(std::string(60, 'x'));
    CHECK(status_of(first.read_response()) == 200);
    CHECK(fixture.status_for(announce(60)) == 100);
}

TEST_CASE("responses that are large together are replaced by an error") {
    HttpLimits limits;
    limits.small_body_bytes = 10;
    limits.all_bodies_bytes = 40'000'000;
    const Fixture fixture({}, limits, [](HttpRequest request, const Responder& responder) {
        responder.respond(
            {200, "text/xml", std::string(request.body == "big" ? 30'000'000 : 5, 'x')});
    });
    RawClient first(fixture.server.port());
    first.send(post("big"));
    first.read_head();
    CHECK(fixture.status_for(post("big")) == 503);
    CHECK(fixture.status_for(post("ok")) == 200);
    CHECK(first.read_bytes(30'000'000).size() == 30'000'000);
    CHECK(fixture.status_for(post("big")) == 200);
}

TEST_CASE("line ends between requests are nobody's request") {
    const Fixture fixture;
    RawClient client(fixture.server.port());
    client.send(concat(post("one"), "\r\n"));
    CHECK(body_of(client.read_response()) == "got one");
    client.send(concat("\r\n", post("two"), "\r\n\r\n", post("three")));
    CHECK(body_of(client.read_response()) == "got two");
    CHECK(body_of(client.read_response()) == "got three");
}

TEST_CASE("a response may come later, the handler learns that the client is gone") {
    std::promise<Responder> given;
    std::promise<void> gone;
    Fixture fixture({}, {}, [&](HttpRequest, Responder responder) {
        responder.watch_client([&gone] { gone.set_value(); });
        given.set_value(responder);
    });
    auto future = given.get_future();

    SECTION("answered") {
        RawClient client(fixture.server.port());
        client.send(post("x"));
        auto responder = future.get();
        fixture.loop.post([responder] { responder.respond({200, "text/xml", "late"}); });
        CHECK(body_of(client.read_response()) == "late");
        client.close();
    }
    SECTION("gone, and answered in vain") {
        RawClient client(fixture.server.port());
        client.send(post("x"));
        auto responder = future.get();
        client.close();
        REQUIRE(gone.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
        std::promise<void> done;
        fixture.loop.post([responder, &done] {
            responder.respond({200, "text/xml", "late"});
            done.set_value();
        });
        done.get_future().wait();
    }
}

TEST_CASE("a request that nobody answers is an error, not silence") {
    const Fixture fixture({}, {}, [](HttpRequest, const Responder&) {});
    CHECK(fixture.status_for(post("x")) == 500);
}

TEST_CASE("a large body goes in and out") {
    const Fixture fixture;
    const std::string body(5'000'000, 'x');
    RawClient client(fixture.server.port());
    client.send(post(body));
    CHECK(body_of(client.read_response()).size() == body.size() + 4);
}

TEST_CASE("an address that cannot be used is named with its option") {
    EventLoop loop;
    HttpServer first(loop, {"127.0.0.1", 0}, {});
    REQUIRE(first.listen());
    HttpServer second(loop, {"127.0.0.1", first.port()}, {});
    const auto status = second.listen();
    REQUIRE_FALSE(status);
    CHECK(status.error().message == concat("the API cannot listen on 127.0.0.1 port ", first.port(),
                                           " (option api_port): Address already in use"));

    HttpServer open(loop, {"0.0.0.0", 0}, {});
    const auto refused = open.listen();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("api_host '0.0.0.0' is not a loopback address"));
    CHECK(HttpServer(loop, {"", 0}, {}).listen());
    CHECK(HttpServer(loop, {"0.0.0.0", 0}, {"user", "secret"}).listen());
}

}  // namespace
}  // namespace sup::shell
