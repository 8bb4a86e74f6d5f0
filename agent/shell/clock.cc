#include "agent/shell/clock.h"

#include <sys/random.h>

#include <ctime>

#include "common/base/check.h"

namespace sup::shell {
namespace {

std::int64_t read_ms(clockid_t clock) {
    timespec reading{};
    const int failed = clock_gettime(clock, &reading);
    SUP_CHECK(failed == 0, "the system's clocks can always be read");
    return std::int64_t{reading.tv_sec} * 1000 + reading.tv_nsec / 1'000'000;
}

}  // namespace

Instant read_monotonic_clock() {
    return {read_ms(CLOCK_MONOTONIC)};
}

WallTime read_wall_clock() {
    return {read_ms(CLOCK_REALTIME)};
}

Duration read_zone() {
    const std::time_t now = read_wall_clock().ms / 1000;
    std::tm local{};
    return localtime_r(&now, &local) == nullptr ? 0_s : 1_s * local.tm_gmtoff;
}

BootId draw_boot() {
    constexpr int kRandomBits = 20;
    std::uint64_t drawn = 0;
    // A short or interrupted read leaves part of the number undrawn: draw again, whole.
    while (getrandom(&drawn, sizeof drawn, 0) != static_cast<ssize_t>(sizeof drawn)) {
    }
    const auto time = static_cast<std::uint64_t>(read_wall_clock().ms);
    return time << kRandomBits | drawn % (std::uint64_t{1} << kRandomBits);
}

}  // namespace sup::shell
