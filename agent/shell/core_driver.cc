#include "agent/shell/core_driver.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "agent/shell/clock.h"

namespace sup::shell {
namespace {

constexpr Duration kWallClockPeriod = 10_s;
// Clocks that are read one after the other differ by a bit each time; less than this is no news.
constexpr std::int64_t kWallClockNoise_ms = 5;

}  // namespace

CoreDriver::CoreDriver(EventLoop& loop, core::AgentCore core, CarryOut carry_out)
    : loop_(loop),
      core_(std::move(core)),
      carry_out_(std::move(carry_out)),
      wall_clock_read_(loop.now()),
      wall_clock_(read_clock()),
      timer_(loop.timer([this] { wake(); })) {}

core::WallClockRead CoreDriver::read_clock() {
    return {read_wall_clock().ms - read_monotonic_clock().ms, read_zone()};
}

void CoreDriver::feed(core::Input input) {
    inputs_.push_back(std::move(input));
    if (std::exchange(is_stepping_, true)) {
        return;
    }
    while (!inputs_.empty()) {
        const core::Input next = std::move(inputs_.front());
        inputs_.pop_front();
        core_.step(loop_.now(), next, outbox_);
        for (auto& command : outbox_.take()) {
            carry_out_(std::move(command));
        }
    }
    is_stepping_ = false;
    arm();
}

void CoreDriver::wake() {
    armed_ = kNever;
    maybe_read_wall_clock();
    feed(core::Wake{});
}

// On the core's own wake-ups, so that no other is needed.
void CoreDriver::maybe_read_wall_clock() {
    const Instant now = loop_.now();
    if (now - wall_clock_read_ < kWallClockPeriod) {
        return;
    }
    wall_clock_read_ = now;
    const auto clock = read_clock();
    if (std::abs(clock.offset_ms - wall_clock_.offset_ms) > kWallClockNoise_ms ||
        clock.zone != wall_clock_.zone) {
        wall_clock_ = clock;
        feed(clock);
    }
}

void CoreDriver::arm() {
    Instant deadline = core_.next_deadline();
    if (deadline != kNever) {
        // One that is past is due at once, but not before the sockets had their turn.
        deadline = std::max(deadline, loop_.now() + 1_ms);
    }
    if (deadline != armed_) {
        armed_ = deadline;
        timer_->set(deadline);
    }
}

}  // namespace sup::shell
