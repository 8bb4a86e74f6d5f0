#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/core/command.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/unique_fd.h"

namespace sup::shell {

// Says when processes of this host end, at once, without being their parent: one pidfd each. A pid
// that is watched cannot be mistaken for a later process of the same number.
//
// Bounded by RLIMIT_NOFILE: one descriptor per running process. Beyond it, or on a kernel without
// pidfd (before 5.3), watching is unavailable, which is said once; what is watched already stays
// so.
class PidWatch {
public:
    struct Listener {
        std::function<void(std::int32_t pid)> on_ended;  // never from within watch()
        std::function<void(std::string reason)> on_unavailable;
    };

    PidWatch(EventLoop& loop, Listener listener);

    void watch(std::int32_t pid);
    void unwatch(std::int32_t pid);
    // The error says why a process that exists could not be signalled.
    std::optional<std::string> signal(std::int32_t pid, core::Signal signal);
    std::size_t size() const { return watched_.size(); }

private:
    struct Watched {
        UniqueFd descriptor;
        std::unique_ptr<EventLoop::Watch> watch;  // goes before the descriptor
    };

    void end(std::int32_t pid);
    void fail(std::int32_t pid, int error);

    EventLoop& loop_;
    std::shared_ptr<Listener> listener_;  // posted calls find out when we are gone
    std::map<std::int32_t, Watched> watched_;
    bool has_complained_ = false;
};

}  // namespace sup::shell
