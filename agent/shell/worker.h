#pragma once

#include <pthread.h>
#include <signal.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

// Blocking work goes on one thread of its own, in order, through a bounded queue. A job hands its
// result back with EventLoop::post; what it touches besides is its own.
namespace sup::shell {

class Worker {
public:
    using Job = std::function<void()>;

    // The name is what tools show for the thread: at most 15 letters.
    Worker(const std::string& name, std::size_t capacity);
    // Ends after the job in hand; jobs that have not begun are dropped.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // False when the queue is full: the job will not run.
    [[nodiscard]] bool submit(Job job);

private:
    static void* run(void* self);
    void work();

    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool is_ending_ = false;
    pthread_t thread_{};
};

// While it lives, threads started by this thread get no signal: signals are for the loop's thread.
class SignalsBlocked {
public:
    SignalsBlocked();
    ~SignalsBlocked();
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t former_{};
};

}  // namespace sup::shell
