#include "agent/listener/send_queue.h"

#include <catch2/catch.hpp>

#include "agent/listener/wire.h"

namespace sup::listener {
namespace {

// Everything that the queue holds, sent in pieces.
std::string drain(SendQueue& queue) {
    std::string bytes;
    while (!queue.front().empty()) {
        const auto piece = queue.front().substr(0, 100000);
        bytes += piece;
        queue.sent(piece.size());
    }
    return bytes;
}

TEST_CASE("frames leave in order") {
    SendQueue queue;
    CHECK(queue.front().empty());
    queue.open("hello ");
    queue.push_event("one ");
    queue.push_event("two ");
    queue.push_farewell("bye");
    CHECK(drain(queue) == "hello one two bye");
    CHECK(queue.front().empty());
}

TEST_CASE("what an absent agent missed is counted after the next hello") {
    SendQueue queue;
    queue.count_dropped();
    queue.count_dropped();
    queue.open("hello");
    queue.push_event("event");
    CHECK(drain(queue) == "hello" + encode_dropped({2}) + "event");
}

TEST_CASE("a lost connection loses what waited, and says so") {
    SendQueue queue;
    queue.open("hello");
    queue.push_event("one");
    queue.push_event("two");
    queue.sent(5);
    queue.sent(1);  // a part of the first event does not count as sent
    queue.close();
    CHECK(queue.front().empty());
    queue.count_dropped();
    queue.open("hello");
    CHECK(drain(queue) == "hello" + encode_dropped({3}));
    queue.close();
    queue.open("hello");
    CHECK(drain(queue) == "hello");
}

TEST_CASE("a count that was not sent is not forgotten") {
    SendQueue queue;
    queue.count_dropped();
    queue.open("hello");
    queue.close();
    queue.open("hello");
    CHECK(drain(queue) == "hello" + encode_dropped({1}));
}

TEST_CASE("a slow agent gets a bounded backlog, and a count where events are missing") {
    SendQueue queue;
    const std::string quarter(kMaxQueued / 4, 'x');
    queue.open("hello");
    for (int i = 0; i < 10; ++i) {
        queue.push_event(quarter);
    }
    const auto bytes = drain(queue);
    CHECK(bytes == "hello" + quarter + quarter + quarter + encode_dropped({7}));
    queue.push_event("late");
    CHECK(drain(queue) == "late");
}

TEST_CASE("the count stands before the first event that fits again") {
    SendQueue queue;
    const std::string large(kMaxQueued, 'x');
    queue.open("hello");
    queue.sent(5);
    queue.push_event(large);  // alone, an event may be as large as a frame
    queue.push_event("lost");
    queue.sent(large.size());
    queue.push_event("late");
    CHECK(drain(queue) == encode_dropped({1}) + "late");
}

}  // namespace
}  // namespace sup::listener
