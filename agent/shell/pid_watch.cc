#include "agent/shell/pid_watch.h"

#include <sys/syscall.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "common/base/text.h"

namespace sup::shell {
namespace {

// Debian 12's C library has no wrappers for these.
int open_pidfd(std::int32_t pid) {
    return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

int send_by_pidfd(int descriptor, int signal) {
    return static_cast<int>(syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0));
}

std::string reason_of(int error) {
    switch (error) {
        case ENOSYS:
            return "this kernel has no pidfd_open, Linux 5.3 is needed";
        case EPERM:
        case EACCES:
            return "pidfd_open is forbidden here, by a seccomp filter most likely";
        case EMFILE:
        case ENFILE:
            return "no more descriptors: raise the limit of open files (LimitNOFILE, ulimit -n) "
                   "above the number of running processes";
        default:
            return concat("pidfd_open: ", std::strerror(error));
    }
}

}  // namespace

PidWatch::PidWatch(EventLoop& loop, Listener listener)
    : loop_(loop), listener_(std::make_shared<Listener>(std::move(listener))) {}

void PidWatch::watch(std::int32_t pid) {
    if (pid <= 0 || watched_.contains(pid)) {
        return;
    }
    UniqueFd descriptor(open_pidfd(pid));
    if (!descriptor) {
        fail(pid, errno);
        return;
    }
    const int raw = descriptor.get();
    auto watch = loop_.watch_readable(raw, [this, pid] { end(pid); });
    watched_.emplace(pid, Watched{std::move(descriptor), std::move(watch)});
}

void PidWatch::unwatch(std::int32_t pid) {
    watched_.erase(pid);
}

void PidWatch::end(std::int32_t pid) {
    watched_.erase(pid);
    listener_->on_ended(pid);
}

void PidWatch::fail(std::int32_t pid, int error) {
    if (error == ESRCH ||
        error == EINVAL) {  // EINVAL: the number is now a thread of another process
        loop_.post([receiver = std::weak_ptr<Listener>(listener_), pid] {
            if (const auto listener = receiver.lock()) {
                listener->on_ended(pid);
            }
        });
        return;
    }
    if (!std::exchange(has_complained_, true)) {
        loop_.post([receiver = std::weak_ptr<Listener>(listener_), reason = reason_of(error)] {
            if (const auto listener = receiver.lock()) {
                listener->on_unavailable(reason);
            }
        });
    }
}

std::optional<std::string> PidWatch::signal(std::int32_t pid, core::Signal signal) {
    const int number = signal == core::Signal::Kill ? SIGKILL : SIGTERM;
    if (pid <= 1) {
        return concat("pid ", pid, " is not a process of supervisord");
    }
    const auto found = watched_.find(pid);
    const int failed = found != watched_.end()
                           ? send_by_pidfd(found->second.descriptor.get(), number)
                           : kill(pid, number);
    if (failed != 0 && errno != ESRCH) {
        return concat("pid ", pid, ": ", std::strerror(errno));
    }
    return std::nullopt;
}

}  // namespace sup::shell
