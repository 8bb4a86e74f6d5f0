#pragma once

#include <functional>

#include "agent/shell/event_loop.h"

namespace sup::shell::test {

// Runs the loop until the condition holds, or for five seconds. Returns whether it came to hold.
inline bool run_until(EventLoop& loop, const std::function<bool()>& holds) {
    const Instant give_up_at = loop.now() + 5_s;
    std::unique_ptr<EventLoop::Timer> timer;
    timer = loop.timer([&] {
        if (holds() || loop.now() >= give_up_at) {
            loop.stop();
        } else {
            timer->set(loop.now() + 1_ms);
        }
    });
    timer->set(loop.now());
    loop.run();
    return holds();
}

// Lets everything that is ready have its turn.
inline void run_ready(EventLoop& loop) {
    int turns = 0;
    (void)run_until(loop, [&] { return ++turns > 20; });
}

}  // namespace sup::shell::test
