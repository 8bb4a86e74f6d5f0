#pragma once

#include <compare>
#include <cstdint>
#include <limits>

// Time as plain integers of milliseconds. Nothing here reads a clock: the shell does, in one file,
// and hands the instant to whoever needs it.
namespace sup {

struct Duration {
    std::int64_t ms = 0;

    constexpr auto operator<=>(const Duration&) const = default;
    constexpr Duration operator+(Duration other) const { return {ms + other.ms}; }
    constexpr Duration operator-(Duration other) const { return {ms - other.ms}; }
    constexpr Duration operator*(std::int64_t factor) const { return {ms * factor}; }
    constexpr Duration operator/(std::int64_t divisor) const { return {ms / divisor}; }
};

// A reading of the monotonic clock of one host. Instants of two hosts cannot be compared.
struct Instant {
    std::int64_t ms = 0;

    constexpr auto operator<=>(const Instant&) const = default;
    constexpr Instant operator+(Duration delay) const { return {ms + delay.ms}; }
    constexpr Instant operator-(Duration delay) const { return {ms - delay.ms}; }
    constexpr Duration operator-(Instant earlier) const { return {ms - earlier.ms}; }
};

// The instant that never comes: "no deadline".
inline constexpr Instant kNever{std::numeric_limits<std::int64_t>::max()};

inline namespace literals {
constexpr Duration operator""_ms(unsigned long long value) {
    return {static_cast<std::int64_t>(value)};
}
constexpr Duration operator""_s(unsigned long long value) {
    return {static_cast<std::int64_t>(value) * 1000};
}
}  // namespace literals

// A date on the wall clock, in milliseconds since the Epoch: for display only, never compared.
struct WallTime {
    std::int64_t ms = 0;
    constexpr auto operator<=>(const WallTime&) const = default;

    // Whole seconds as the 32-bit integers of XML-RPC show them: saturated in 2038, not wrapped
    // (E-19).
    constexpr std::int32_t capped_seconds() const {
        const std::int64_t seconds = ms / 1000;
        constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
        return static_cast<std::int32_t>(seconds > kMax ? kMax : (seconds < 0 ? 0 : seconds));
    }
};

}  // namespace sup
