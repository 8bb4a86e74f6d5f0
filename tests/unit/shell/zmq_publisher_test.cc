#include "agent/shell/zmq_publisher.h"

#include <catch2/catch.hpp>
#include <set>

#include "agent/shell/zmq_socket.h"
#include "common/base/text.h"
#include "tests/unit/shell/free_port.h"
#include "tests/unit/shell/loop_run.h"

namespace sup::shell {
namespace {

using test::free_port;
using test::run_until;

core::PublishEvent process_event(const std::string& name) {
    ProcessInfo info;
    info.process_name = name;
    return {info};
}

struct Subscriber {
    Subscriber(std::uint16_t port, const std::string& prefix) {
        socket.set(zmq::sockopt::linger, 0);
        socket.set(zmq::sockopt::subscribe, prefix);
        socket.connect(concat("tcp://127.0.0.1:", port));
    }
    // All whole messages that are there, as lists of frames.
    std::vector<std::vector<std::string>> take() {
        std::vector<std::vector<std::string>> messages;
        zmq::message_t frame;
        bool is_new = true;
        while (receive_frame(socket, frame)) {
            if (is_new) {
                messages.emplace_back();
            }
            messages.back().push_back(frame.to_string());
            is_new = !frame.more();
        }
        return messages;
    }

    std::shared_ptr<zmq::context_t> context = shared_zmq_context();
    zmq::socket_t socket{*context, ZMQ_SUB};
};

// Publishes until the subscriber is served: a late subscriber misses what was sent before.
std::vector<std::vector<std::string>> first_messages(ZmqPublisher& publisher,
                                                     Subscriber& subscriber) {
    EventLoop loop;
    std::vector<std::vector<std::string>> messages;
    (void)run_until(loop, [&] {
        if (messages.empty()) {
            publisher.publish(process_event("web"));
            publisher.publish({ApplicationInfo{}});
            messages = subscriber.take();
        }
        return !messages.empty();
    });
    return messages;
}

TEST_CASE("a message is a header and a JSON object, in exactly two frames (section 4)") {
    const auto port = free_port();
    ZmqPublisher publisher("127.0.0.1", port);
    REQUIRE(publisher.bind());
    Subscriber everything(port, "");
    const auto messages = first_messages(publisher, everything);
    REQUIRE_FALSE(messages.empty());
    for (const auto& frames : messages) {
        REQUIRE(frames.size() == 2);
        CHECK((frames[0] == "process" || frames[0] == "application"));
        CHECK(frames[1].front() == '{');
        CHECK(frames[1].back() == '}');
    }
}

TEST_CASE("a prefix selects one type") {
    const auto port = free_port();
    ZmqPublisher publisher("127.0.0.1", port);
    REQUIRE(publisher.bind());
    Subscriber processes(port, "process");
    const auto messages = first_messages(publisher, processes);
    REQUIRE_FALSE(messages.empty());
    for (const auto& frames : messages) {
        CHECK(frames[0] == "process");
    }
}

TEST_CASE("a used event port is said, and the agent goes on without the stream (E-199)") {
    const auto port = free_port();
    ZmqPublisher first("127.0.0.1", port);
    ZmqPublisher second("127.0.0.1", port);
    REQUIRE(first.bind());
    const auto bound = second.bind();
    REQUIRE_FALSE(bound);
    CHECK(bound.error().message ==
          concat("event socket: port ", port,
                 " of 127.0.0.1 is already in use; option event_port sets another one"));
    CHECK_FALSE(second.is_open());
    second.publish(process_event("web"));
    Subscriber everything(port, "");
    CHECK_FALSE(first_messages(first, everything).empty());
}

TEST_CASE("a subscriber that does not read delays nobody") {
    const auto port = free_port();
    ZmqPublisher publisher("127.0.0.1", port);
    REQUIRE(publisher.bind());
    Subscriber asleep(port, "");
    Subscriber awake(port, "");
    REQUIRE_FALSE(first_messages(publisher, asleep).empty());
    REQUIRE_FALSE(first_messages(publisher, awake).empty());
    const auto event = process_event(std::string(500, 'x'));
    for (int round = 0; round < 400; ++round) {
        for (int count = 0; count < 100; ++count) {
            publisher.publish(event);
        }
        awake.take();
    }
    EventLoop loop;
    std::set<std::string> headers;
    // On a busy machine the queue of the one who reads may be full as well: what is said next
    // arrives.
    CHECK(run_until(loop, [&] {
        publisher.publish({SupvisorsInfo{}});
        for (const auto& frames : awake.take()) {
            headers.insert(frames[0]);
        }
        return headers.count("supvisors") == 1;
    }));
}

}  // namespace
}  // namespace sup::shell
