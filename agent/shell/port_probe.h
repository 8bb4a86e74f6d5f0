#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/shell/event_loop.h"
#include "agent/shell/unique_fd.h"

namespace sup::shell {

// Open: something listens there. Refused: the host answers that nothing does. Silent: neither, so
// nothing is known (host down, network cut, packets dropped).
enum class PortState { Open, Refused, Silent };

// One attempt to open a TCP connection, closed again at once, without blocking and bounded in time.
class PortProbe {
public:
    using OnState = std::function<void(PortState)>;

    // The address is numeric. Answers exactly once, perhaps before start() returns, unless it is
    // destroyed first; it must not be destroyed by its answer.
    PortProbe(EventLoop& loop, OnState on_state);
    void start(const std::string& address, std::uint16_t port);

private:
    void finish(PortState state);

    EventLoop& loop_;
    OnState on_state_;
    UniqueFd socket_;
    std::unique_ptr<EventLoop::Watch> watch_;
    std::unique_ptr<EventLoop::Timer> timer_;
};

}  // namespace sup::shell
