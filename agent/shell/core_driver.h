#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "agent/core/agent_core.h"
#include "agent/shell/event_loop.h"

namespace sup::shell {

// Keeps the contract of the core: inputs in order of arrival and one at a time, commands carried
// out in order, a Wake by each deadline. An input raised while commands are carried out waits for
// its turn.
class CoreDriver {
public:
    using CarryOut = std::function<void(core::Command)>;

    CoreDriver(EventLoop& loop, core::AgentCore core, CarryOut carry_out);

    void feed(core::Input input);
    // Valid until the next turn of the loop.
    core::Queries queries() const { return core_.queries(loop_.now()); }

    static core::WallClockRead read_clock();

private:
    void wake();
    void maybe_read_wall_clock();
    void arm();

    EventLoop& loop_;
    core::AgentCore core_;
    CarryOut carry_out_;
    core::Outbox outbox_;
    std::deque<core::Input> inputs_;
    bool is_stepping_ = false;
    Instant armed_ = kNever;
    Instant wall_clock_read_;
    core::WallClockRead wall_clock_;
    std::unique_ptr<EventLoop::Timer> timer_;
};

}  // namespace sup::shell
