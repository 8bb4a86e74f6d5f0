#pragma once

#include <functional>
#include <memory>

#include "common/base/time.h"

namespace boost::asio {
class io_context;
}

// The one thread that owns the core and all sockets. Nothing that it runs may block: blocking work
// belongs to a Worker (worker.h), which posts its result back.
namespace sup::shell {

class EventLoop {
public:
    using Task = std::function<void()>;

    // While it lives, the task runs on the loop's thread each time the descriptor is readable
    // (level-triggered). The descriptor stays its owner's. Destroy it on the loop's thread.
    class Watch {
    public:
        virtual ~Watch() = default;
    };

    // While it lives, fires once at the instant it was last set to.
    class Timer {
    public:
        virtual ~Timer() = default;
        virtual void set(Instant when) = 0;  // replaces the former instant; kNever: not at all
    };

    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    void run();            // until stop()
    void stop();           // from the loop's thread
    void post(Task task);  // from any thread; runs later on the loop's thread, in order
    std::unique_ptr<Watch> watch_readable(int descriptor, Task task);
    std::unique_ptr<Timer> timer(Task task);
    void on_signal(int signal, Task task);

    Instant now() const;                 // monotonic clock, see clock.h
    boost::asio::io_context& context();  // for the HTTP server's file only

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sup::shell
