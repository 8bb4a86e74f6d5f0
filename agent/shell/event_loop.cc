#include "agent/shell/event_loop.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <utility>

#include "agent/shell/clock.h"

namespace sup::shell {
namespace asio = boost::asio;

namespace {

using Fired = boost::system::error_code;

// Pending completions share this with the watch, so that one which was already queued when the
// watch went away finds out and does nothing.
class DescriptorState : public std::enable_shared_from_this<DescriptorState> {
public:
    DescriptorState(asio::io_context& context, int descriptor, EventLoop::Task task)
        : descriptor_(context, descriptor), task_(std::move(task)) {}

    void wait() {
        descriptor_.async_wait(
            asio::posix::stream_descriptor::wait_read,
            [self = shared_from_this()](const Fired& error) { self->on_ready(error); });
    }
    void close() {
        alive_ = false;
        descriptor_.release();  // not ours to close; pending waits are cancelled
    }

private:
    void on_ready(const Fired& error) {
        if (!alive_ || error == asio::error::operation_aborted) {
            return;
        }
        task_();
        if (alive_) {
            wait();  // re-armed each time: what is still readable is reported again
        }
    }

    asio::posix::stream_descriptor descriptor_;
    EventLoop::Task task_;
    bool alive_ = true;
};

class DescriptorWatch : public EventLoop::Watch {
public:
    explicit DescriptorWatch(std::shared_ptr<DescriptorState> state) : state_(std::move(state)) {
        state_->wait();
    }
    ~DescriptorWatch() override { state_->close(); }
    DescriptorWatch(const DescriptorWatch&) = delete;
    DescriptorWatch& operator=(const DescriptorWatch&) = delete;

private:
    std::shared_ptr<DescriptorState> state_;
};

class TimerState : public std::enable_shared_from_this<TimerState> {
public:
    TimerState(asio::io_context& context, EventLoop::Task task)
        : timer_(context), task_(std::move(task)) {}

    void set(Instant when) {
        ++setting_;  // a completion that is already queued belongs to a former setting
        if (when == kNever) {
            timer_.cancel();
            return;
        }
        // steady_clock counts nanoseconds in 64 bits.
        constexpr Instant kFarthest{std::int64_t{9'000'000'000'000}};
        const std::chrono::milliseconds at(std::clamp(when, Instant{0}, kFarthest).ms);
        timer_.expires_at(std::chrono::steady_clock::time_point(at));
        timer_.async_wait([self = shared_from_this(), setting = setting_](const Fired& error) {
            if (!error && setting == self->setting_) {
                self->task_();
            }
        });
    }
    void close() { set(kNever); }

private:
    asio::steady_timer timer_;
    EventLoop::Task task_;
    std::uint64_t setting_ = 0;
};

class SteadyTimer : public EventLoop::Timer {
public:
    explicit SteadyTimer(std::shared_ptr<TimerState> state) : state_(std::move(state)) {}
    ~SteadyTimer() override { state_->close(); }
    SteadyTimer(const SteadyTimer&) = delete;
    SteadyTimer& operator=(const SteadyTimer&) = delete;

    void set(Instant when) override { state_->set(when); }

private:
    std::shared_ptr<TimerState> state_;
};

struct SignalTask {
    SignalTask(asio::io_context& context, int signal, EventLoop::Task what)
        : signals(context, signal), task(std::move(what)) {}

    asio::signal_set signals;
    EventLoop::Task task;

    void wait() {
        signals.async_wait([this](const Fired& error, int) {
            if (!error) {
                task();
                wait();
            }
        });
    }
};

}  // namespace

struct EventLoop::Parts {
    // One thread runs it, others only post.
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::list<SignalTask> signals;
};

EventLoop::EventLoop() : parts_(std::make_unique<Parts>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() {
    parts_->context.restart();
    parts_->context.run();
}

void EventLoop::stop() {
    parts_->context.stop();
}

void EventLoop::post(Task task) {
    asio::post(parts_->context, std::move(task));
}

std::unique_ptr<EventLoop::Watch> EventLoop::watch_readable(int descriptor, Task task) {
    return std::make_unique<DescriptorWatch>(
        std::make_shared<DescriptorState>(parts_->context, descriptor, std::move(task)));
}

std::unique_ptr<EventLoop::Timer> EventLoop::timer(Task task) {
    return std::make_unique<SteadyTimer>(
        std::make_shared<TimerState>(parts_->context, std::move(task)));
}

void EventLoop::on_signal(int signal, Task task) {
    parts_->signals.emplace_back(parts_->context, signal, std::move(task)).wait();
}

Instant EventLoop::now() const {
    return read_monotonic_clock();
}

boost::asio::io_context& EventLoop::context() {
    return parts_->context;
}

}  // namespace sup::shell
