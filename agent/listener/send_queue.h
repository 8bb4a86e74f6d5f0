#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

// The frames that wait for room in the agent's socket. Pure.
//
// Events are bounded by kMaxQueued bytes: one that does not fit is dropped and counted, and a
// Dropped frame takes its place as soon as another frame is accepted or the queue has room again. A
// frame whose first bytes are sent is always sent whole, or the connection ends.
namespace sup::listener {

class SendQueue {
public:
    // A new connection: nothing waits but this frame, then what is owed: a Dropped for the events
    // that were lost before.
    void open(std::string first_frame);

    // The connection is lost, with the events that still waited: they are counted.
    void close();

    void push_event(std::string frame);
    void push_farewell(std::string frame);  // accepted whatever the size of the backlog
    void count_dropped();

    // What to send next; empty when there is nothing.
    std::string_view front() const;
    void sent(std::size_t size);

private:
    struct Waiting {
        std::string frame;
        std::uint64_t events = 0;  // that are lost if it is not sent
    };

    void push(Waiting waiting);
    void push_owed();

    std::deque<Waiting> waiting_;
    std::size_t bytes_ = 0;      // of all frames that wait, whole
    std::size_t offset_ = 0;     // bytes of the first one that are sent
    std::uint64_t dropped_ = 0;  // events lost that the agent was not told of
};

}  // namespace sup::listener
