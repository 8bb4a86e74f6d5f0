#include "agent/shell/worker.h"

#include <csignal>
#include <utility>

#include "common/base/check.h"

namespace sup::shell {
namespace {

// Only pages that were touched take memory; this bounds what a runaway job may touch.
constexpr std::size_t kStackBytes = 512 * 1024;

}  // namespace

SignalsBlocked::SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former_);
}

SignalsBlocked::~SignalsBlocked() {
    pthread_sigmask(SIG_SETMASK, &former_, nullptr);
}

Worker::Worker(const std::string& name, std::size_t capacity) : capacity_(capacity) {
    const SignalsBlocked quiet;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    const int failed = pthread_create(&thread_, &attributes, &Worker::run, this);
    pthread_attr_destroy(&attributes);
    SUP_CHECK(failed == 0, "the system gives a thread at start");
    pthread_setname_np(thread_, name.c_str());
}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
        jobs_.clear();
    }
    changed_.notify_one();
    pthread_join(thread_, nullptr);
}

bool Worker::submit(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (is_ending_ || jobs_.size() >= capacity_) {
            return false;
        }
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

void* Worker::run(void* self) {
    static_cast<Worker*>(self)->work();
    return nullptr;
}

void Worker::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
        if (is_ending_) {
            return;
        }
        {
            const Job job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job();
        }
        lock.lock();
    }
}

}  // namespace sup::shell
