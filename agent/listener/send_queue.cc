#include "agent/listener/send_queue.h"

#include <utility>

#include "agent/listener/wire.h"
#include "common/base/check.h"

namespace sup::listener {

void SendQueue::open(std::string first_frame) {
    SUP_CHECK(waiting_.empty(), "a connection begins with an empty queue");
    push({std::move(first_frame), 0});
    push_owed();
}

void SendQueue::close() {
    for (const auto& waiting : waiting_) {
        dropped_ += waiting.events;
    }
    waiting_.clear();
    waiting_.shrink_to_fit();
    bytes_ = 0;
    offset_ = 0;
}

void SendQueue::push_event(std::string frame) {
    // An event alone may be as large as a frame; a backlog may not.
    if (!waiting_.empty() && bytes_ + frame.size() > kMaxQueued) {
        ++dropped_;
        return;
    }
    push_owed();
    push({std::move(frame), 1});
}

void SendQueue::push_farewell(std::string frame) {
    push_owed();
    push({std::move(frame), 0});
}

void SendQueue::count_dropped() {
    ++dropped_;
}

std::string_view SendQueue::front() const {
    return waiting_.empty() ? std::string_view()
                            : std::string_view(waiting_.front().frame).substr(offset_);
}

void SendQueue::sent(std::size_t size) {
    SUP_CHECK(size <= front().size(), "no more was sent than was there");
    offset_ += size;
    if (waiting_.empty() || offset_ < waiting_.front().frame.size()) {
        return;
    }
    bytes_ -= offset_;
    offset_ = 0;
    waiting_.pop_front();
    if (waiting_.empty()) {
        push_owed();  // the agent must not wait for the next event to learn that it missed some
    }
}

void SendQueue::push(Waiting waiting) {
    bytes_ += waiting.frame.size();
    waiting_.push_back(std::move(waiting));
}

void SendQueue::push_owed() {
    if (dropped_ > 0) {
        push({encode_dropped({dropped_}), dropped_});
        dropped_ = 0;
    }
}

}  // namespace sup::listener
