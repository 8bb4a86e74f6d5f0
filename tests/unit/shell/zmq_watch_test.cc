#include "agent/shell/zmq_watch.h"

#include <catch2/catch.hpp>

#include "agent/shell/zmq_socket.h"
#include "tests/unit/shell/loop_run.h"

namespace sup::shell {
namespace {

using test::run_until;

struct Pair {
    Pair() {
        here.set(zmq::sockopt::linger, 0);
        there.set(zmq::sockopt::linger, 0);
        here.bind("inproc://zmq-watch-test");
        there.connect("inproc://zmq-watch-test");
    }
    void receive_one() {
        zmq::message_t frame;
        REQUIRE(receive_frame(here, frame));
        ++received;
    }

    EventLoop loop;
    std::shared_ptr<zmq::context_t> context = shared_zmq_context();
    zmq::socket_t here{*context, ZMQ_PAIR};
    zmq::socket_t there{*context, ZMQ_PAIR};
    int received = 0;
};

TEST_CASE("what arrived before the watch is received") {
    Pair pair;
    send_frame(pair.there, "early", Last::Yes);
    REQUIRE(can_receive(pair.here));  // the edge is gone now
    ZmqWatch watch(pair.loop, pair.here, [&] { pair.receive_one(); });
    CHECK(run_until(pair.loop, [&] { return pair.received == 1; }));
}

TEST_CASE("a send that swallows the edge loses nothing") {
    Pair pair;
    ZmqWatch watch(pair.loop, pair.here, [&] { pair.receive_one(); });
    test::run_ready(pair.loop);
    for (int round = 1; round <= 100; ++round) {
        send_frame(pair.there, "question", Last::Yes);
        send_frame(pair.here, "answer", Last::Yes);
        watch.after_send();
        REQUIRE(run_until(pair.loop, [&] { return pair.received == round; }));
    }
}

TEST_CASE("many messages are all received, in turns with the others") {
    Pair pair;
    for (int count = 0; count < 500; ++count) {
        REQUIRE(send_frame(pair.there, "message", Last::Yes));
    }
    ZmqWatch watch(pair.loop, pair.here, [&] { pair.receive_one(); });
    int received_at_turn = -1;
    pair.loop.post([&] {});
    pair.loop.post([&] { received_at_turn = pair.received; });
    CHECK(run_until(pair.loop, [&] { return pair.received == 500; }));
    CHECK(received_at_turn >= 0);
    CHECK(received_at_turn < 500);
}

TEST_CASE("the task may destroy the watch") {
    Pair pair;
    for (int count = 0; count < 100; ++count) {
        send_frame(pair.there, "message", Last::Yes);
    }
    std::unique_ptr<ZmqWatch> watch;
    watch = std::make_unique<ZmqWatch>(pair.loop, pair.here, [&] {
        pair.receive_one();
        watch.reset();
    });
    test::run_ready(pair.loop);
    CHECK(pair.received == 1);
}

}  // namespace
}  // namespace sup::shell
