#include "agent/shell/federation_link.h"

#include <array>
#include <catch2/catch.hpp>

#include "agent/codec/message_codec.h"
#include "agent/shell/zmq_socket.h"
#include "common/base/text.h"
#include "tests/unit/shell/free_port.h"
#include "tests/unit/shell/loop_run.h"

namespace sup::shell {
namespace {

using core::LinkState;
using test::connect_to;
using test::free_port;
using test::run_until;

Message message_from(const std::string& sender, Payload payload = SnapshotRequest{}) {
    Message message;
    message.sender = sender;
    message.payload = std::move(payload);
    return message;
}

// One agent's end, and what it was told.
struct End {
    End(EventLoop& the_loop, std::vector<FederationEndpoint> endpoints, std::uint32_t local)
        : link(the_loop, std::move(endpoints), InstanceId{local},
               {[this](Message message) { messages.push_back(std::move(message)); },
                [this](InstanceId peer, LinkState state) { states[peer].push_back(state); },
                [this](const std::string& text) { garbage.push_back(text); }}) {}

    LinkState state_of(std::uint32_t peer) const {
        const auto told = states.find(InstanceId{peer});
        return told == states.end() ? LinkState::Disconnected : told->second.back();
    }
    bool is_connected_to(std::uint32_t peer) const {
        return state_of(peer) == LinkState::Connected;
    }

    std::vector<Message> messages;
    std::map<InstanceId, std::vector<LinkState>> states;
    std::vector<std::string> garbage;
    FederationLink link;
};

std::vector<FederationEndpoint> fleet(std::size_t count) {
    std::vector<FederationEndpoint> endpoints;
    while (endpoints.size() < count) {
        const auto port = free_port();
        endpoints.push_back({concat("127.0.0.1:", port), "127.0.0.1", port});
    }
    return endpoints;
}

// Two agents that have found each other.
struct Couple {
    Couple() {
        REQUIRE(left->link.bind());
        REQUIRE(right->link.bind());
        REQUIRE(run_until(
            loop, [this] { return left->is_connected_to(1) && right->is_connected_to(0); }));
    }
    void check_exchange() {
        const auto before_left = left->messages.size();
        const auto before_right = right->messages.size();
        left->link.send(InstanceId{1}, message_from("left"));
        right->link.send(InstanceId{0}, message_from("right"));
        CHECK(run_until(loop, [&] {
            return left->messages.size() > before_left && right->messages.size() > before_right;
        }));
    }

    EventLoop loop;
    std::vector<FederationEndpoint> endpoints = fleet(2);
    std::unique_ptr<End> left = std::make_unique<End>(loop, endpoints, 0);
    std::unique_ptr<End> right = std::make_unique<End>(loop, endpoints, 1);
};

TEST_CASE("two agents find each other and exchange messages") {
    Couple couple;
    couple.left->link.send(InstanceId{1}, message_from("a", Probe{"c"}));
    couple.right->link.send(InstanceId{0}, message_from("b", ProbeAnswer{"c", true}));
    REQUIRE(run_until(couple.loop, [&] {
        return couple.left->messages.size() == 1 && couple.right->messages.size() == 1;
    }));
    CHECK(std::get<Probe>(couple.right->messages[0].payload).about == "c");
    CHECK(std::get<ProbeAnswer>(couple.left->messages[0].payload).heard);
    CHECK(couple.left->link.dropped() == 0);
    CHECK(couple.left->link.counters().sent == 1);
    CHECK(couple.right->link.counters().received == 1);
    CHECK(couple.right->link.counters().received_bytes == couple.left->link.counters().sent_bytes);
    CHECK(couple.left->garbage.empty());
}

TEST_CASE("one message to several peers arrives at each of them") {
    EventLoop loop;
    const auto endpoints = fleet(4);
    std::vector<std::unique_ptr<End>> ends;
    for (std::uint32_t place = 0; place < 4; ++place) {
        ends.push_back(std::make_unique<End>(loop, endpoints, place));
        REQUIRE(ends.back()->link.bind());
    }
    auto& first = *ends[0];
    REQUIRE(run_until(loop, [&] {
        return first.is_connected_to(1) && first.is_connected_to(2) && first.is_connected_to(3);
    }));
    first.link.send_all({InstanceId{1}, InstanceId{3}}, message_from("a"));
    CHECK(run_until(
        loop, [&] { return ends[1]->messages.size() == 1 && ends[3]->messages.size() == 1; }));
    CHECK(ends[2]->messages.empty());
}

TEST_CASE("a peer's agent that ends is told as refused, and as connected when it is back") {
    Couple couple;
    const auto ended = couple.loop.now();
    couple.right.reset();
    REQUIRE(run_until(couple.loop, [&] { return couple.left->state_of(1) == LinkState::Refused; }));
    CHECK((couple.loop.now() - ended).ms < 1000);

    couple.left->states.clear();
    couple.right = std::make_unique<End>(couple.loop, couple.endpoints, 1);
    REQUIRE(couple.right->link.bind());
    const auto returned = couple.loop.now();
    REQUIRE(run_until(couple.loop, [&] {
        return couple.left->is_connected_to(1) && couple.right->is_connected_to(0);
    }));
    CHECK((couple.loop.now() - returned).ms < 1500);
    couple.check_exchange();
}

TEST_CASE("a peer that never started is refused once, not again at each look") {
    EventLoop loop;
    End end(loop, fleet(2), 0);
    REQUIRE(end.link.bind());
    REQUIRE(run_until(loop, [&] { return end.state_of(1) == LinkState::Refused; }));
    const auto later = loop.now() + 500_ms;
    (void)run_until(loop, [&] { return loop.now() >= later; });
    CHECK(end.states[InstanceId{1}] == std::vector<LinkState>{LinkState::Refused});
}

TEST_CASE("what cannot be sent is dropped and counted") {
    EventLoop loop;
    End end(loop, fleet(2), 0);
    end.link.send(InstanceId{1}, message_from("a"));  // not bound yet
    REQUIRE(end.link.bind());
    end.link.send(InstanceId{1}, message_from("a"));
    end.link.send_all({InstanceId{0}, InstanceId{1}, InstanceId{7}}, message_from("a"));
    CHECK(end.link.dropped() == 5);
    CHECK(end.link.counters().sent == 0);
}

TEST_CASE("a used port is said, with the option that changes it (E-199)") {
    EventLoop loop;
    const auto endpoints = fleet(2);
    auto first = std::make_unique<End>(loop, endpoints, 0);
    End second(loop, endpoints, 0);
    REQUIRE(first->link.bind());
    const auto bound = second.link.bind();
    REQUIRE_FALSE(bound);
    CHECK(bound.error().message ==
          concat("federation socket: port ", endpoints[0].port,
                 " of 127.0.0.1 is already in use; option internal_port sets another one"));
    // The former agent goes: the next attempt succeeds.
    first.reset();
    bool is_bound = false;
    CHECK(run_until(loop, [&] { return is_bound = is_bound || second.link.bind().has_value(); }));
}

TEST_CASE("bytes from strangers are survived, and said without filling the log") {
    Couple couple;
    std::vector<int> strangers;
    const std::array<std::string, 5> words = {
        std::string("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") + std::string(200, 'x'),
        std::string(3000, '\0'), std::string(3000, '\xff'),
        std::string("\xff\0\0\0\0\0\0\0\1\x7f\x03\0NULL", 16) + std::string(300, '\1'), ""};
    for (const auto& word : words) {
        const int stranger = connect_to(couple.endpoints[1].port);
        REQUIRE(stranger >= 0);
        CHECK(::send(stranger, word.data(), word.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(word.size()));
        strangers.push_back(stranger);
    }
    couple.check_exchange();
    for (const int stranger : strangers) {
        close(stranger);
    }
    couple.check_exchange();
    CHECK(couple.right->garbage.size() <= 1);
}

TEST_CASE("a message that is none is dropped, with where it came from") {
    Couple couple;
    const auto context = shared_zmq_context();
    zmq::socket_t stranger(*context, ZMQ_DEALER);
    stranger.set(zmq::sockopt::linger, 0);
    stranger.connect(concat("tcp://127.0.0.1:", couple.endpoints[1].port));
    auto later_version = message_from("127.0.0.1:1");
    later_version.version = kProtocolVersion + 1;
    send_frame(stranger, codec::encode_message(later_version), Last::Yes);
    REQUIRE(run_until(couple.loop, [&] { return !couple.right->garbage.empty(); }));
    CHECK(couple.right->garbage[0] ==
          concat("federation: message: 127.0.0.1:1 speaks protocol version ", kProtocolVersion + 1,
                 ", this agent speaks version ", kProtocolVersion, ", from 127.0.0.1"));

    for (int count = 0; count < 50; ++count) {
        send_frame(stranger, "junk", Last::Yes);
        send_frame(stranger, "two", Last::No);
        send_frame(stranger, "frames", Last::Yes);
    }
    CHECK(run_until(couple.loop, [&] { return couple.right->link.counters().garbage == 101; }));
    CHECK(couple.right->garbage.size() == 1);
    CHECK(couple.right->messages.empty());
    couple.check_exchange();
}

TEST_CASE("a burst neither blocks the sender nor starves the others") {
    Couple couple;
    constexpr std::uint64_t kBurst = 20'000;
    for (std::uint64_t count = 0; count < kBurst; ++count) {
        couple.left->link.send(InstanceId{1}, message_from("a"));
    }
    const auto& counters = couple.left->link.counters();
    CHECK(counters.sent + counters.dropped == kBurst);
    CHECK(counters.sent >= 5000);
    std::size_t seen_between = 0;
    REQUIRE(run_until(couple.loop, [&] {  // called by a timer: it must have its turns meanwhile
        const auto seen = couple.right->messages.size();
        seen_between += seen > 0 && seen < counters.sent ? 1 : 0;
        return seen == counters.sent;
    }));
    CHECK(seen_between > 0);
}

TEST_CASE("the last word leaves although the link ends") {
    Couple couple;
    couple.left->link.send(InstanceId{1}, message_from("a", Goodbye{}));
    couple.left->link.linger(500_ms);
    couple.left.reset();
    REQUIRE(run_until(couple.loop, [&] { return couple.right->messages.size() == 1; }));
    CHECK(std::holds_alternative<Goodbye>(couple.right->messages[0].payload));
}

TEST_CASE("a host name is resolved aside, one without address does no harm (D-39)") {
    EventLoop loop;
    auto endpoints = fleet(3);
    endpoints[0].host = "localhost";
    endpoints[1].host = "localhost";
    End left(loop, endpoints, 0);
    End right(loop, endpoints, 1);
    REQUIRE(left.link.bind());
    REQUIRE(right.link.bind());
    // Too long for a name: refused without a question to any server.
    left.link.add_peer({3}, {"nobody:1", std::string(80, 'n') + ".invalid", 1});
    CHECK(run_until(loop, [&] { return left.is_connected_to(1) && right.is_connected_to(0); }));
    CHECK(left.state_of(3) == LinkState::Disconnected);
    left.link.send(InstanceId{3}, message_from("a"));
    CHECK(left.link.dropped() == 1);
}

TEST_CASE("a discovered peer joins a running link") {
    Couple couple;
    const auto port = free_port();
    auto endpoints = couple.endpoints;
    endpoints.push_back({concat("127.0.0.1:", port), "127.0.0.1", port});
    End third(couple.loop, endpoints, 2);
    REQUIRE(third.link.bind());
    couple.left->link.add_peer({2}, endpoints[2]);
    REQUIRE(run_until(couple.loop,
                      [&] { return couple.left->is_connected_to(2) && third.is_connected_to(0); }));
    couple.left->link.send(InstanceId{2}, message_from("a"));
    CHECK(run_until(couple.loop, [&] { return third.messages.size() == 1; }));

    couple.left->link.remove_peer({2});
    couple.left->link.send(InstanceId{2}, message_from("a"));
    CHECK(couple.left->link.dropped() == 1);
    couple.left->link.add_peer({2}, endpoints[2]);
    REQUIRE(run_until(couple.loop, [&] {
        couple.left->link.send(InstanceId{2}, message_from("a", Goodbye{}));
        return third.messages.size() > 1;
    }));
    CHECK(std::holds_alternative<Goodbye>(third.messages[1].payload));
}

}  // namespace
}  // namespace sup::shell
