#include "agent/shell/zmq_watch.h"

#include <utility>

#include "agent/shell/zmq_socket.h"

namespace sup::shell {

// Outlives the watch while a turn is posted.
struct ZmqWatch::State : std::enable_shared_from_this<State> {
    State(EventLoop& the_loop, zmq::socket_ref the_socket, EventLoop::Task task)
        : loop(the_loop), socket(the_socket), receive_one(std::move(task)) {}

    static constexpr int kMessagesPerTurn = 64;

    EventLoop& loop;
    zmq::socket_ref socket;
    EventLoop::Task receive_one;
    bool is_alive = true;
    bool is_posted = false;

    void drain() {
        const auto self = shared_from_this();
        for (int count = 0; count < kMessagesPerTurn; ++count) {
            if (!is_alive || !can_receive(socket)) {
                return;
            }
            receive_one();
        }
        post_turn();
    }
    void post_turn() {
        if (std::exchange(is_posted, true)) {
            return;
        }
        loop.post([self = shared_from_this()] {
            self->is_posted = false;
            self->drain();
        });
    }
};

ZmqWatch::ZmqWatch(EventLoop& loop, zmq::socket_ref socket, EventLoop::Task receive_one)
    : state_(std::make_shared<State>(loop, socket, std::move(receive_one))) {
    const int descriptor = zmq::socket_ref(socket).get(zmq::sockopt::fd);
    watch_ = loop.watch_readable(descriptor, [state = state_.get()] { state->drain(); });
    state_->post_turn();  // what arrived before has no edge any more
}

ZmqWatch::~ZmqWatch() {
    state_->is_alive = false;
}

void ZmqWatch::after_send() {
    if (can_receive(state_->socket)) {
        state_->post_turn();
    }
}

}  // namespace sup::shell
