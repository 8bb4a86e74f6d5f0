#include "common/model/description.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace sup {
namespace {

std::string two_digits(std::int64_t number) {
    return concat(number < 10 ? "0" : "", number);
}

// As Python prints a timedelta of whole seconds.
std::string uptime_text(Duration uptime) {
    const auto seconds = std::max<std::int64_t>(0, uptime.ms / 1000);
    const auto days = seconds / 86400;
    const auto day_text = days == 0 ? "" : concat(days, days == 1 ? " day, " : " days, ");
    return concat(day_text, seconds / 3600 % 24, ":", two_digits(seconds / 60 % 60), ":",
                  two_digits(seconds % 60));
}

// `Nov 26`, of a day counted from the first of January 1970. The year is taken to begin in March,
// so that a leap day is its last one, and 400 years are always as long.
std::string day_text(std::int64_t day) {
    constexpr std::array kMonths = {"Mar", "Apr", "May", "Jun", "Jul", "Aug",
                                    "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"};
    constexpr std::int64_t kFromMarchOfYear0 = 719468;
    constexpr std::int64_t kDaysOf400Years = 146097;
    constexpr std::int64_t kDaysOf100Years = 36524;
    constexpr std::int64_t kDaysOf4Years = 1461;
    day = (day + kFromMarchOfYear0) % kDaysOf400Years;
    day -= std::min<std::int64_t>(day / kDaysOf100Years, 3) * kDaysOf100Years;
    day %= kDaysOf4Years;
    day -= std::min<std::int64_t>(day / 365, 3) * 365;
    // Five months have 153 days, again and again: 31 30 31 30 31.
    const auto month = (5 * day + 2) / 153;
    return concat(kMonths.at(static_cast<std::size_t>(month)), " ",
                  two_digits(day - (153 * month + 2) / 5 + 1));
}

// As `%b %d %I:%M %p`, in the language that supervisord speaks by default.
std::string date_text(WallTime date, Duration zone) {
    const auto minutes = (date.ms + zone.ms) / 60'000;
    const auto hour = minutes / 60 % 24;
    return concat(day_text(minutes / 1440), " ", two_digits(hour % 12 == 0 ? 12 : hour % 12), ":",
                  two_digits(minutes % 60), hour < 12 ? " AM" : " PM");
}

}  // namespace

std::string description_of(const ProcessRecord& record, Instant now, Duration zone) {
    switch (record.state) {
        case ProcessState::Running:
            return concat("pid ", record.pid, ", uptime ", uptime_text(now - record.start_instant));
        case ProcessState::Fatal:
        case ProcessState::Backoff:
            return record.spawn_error.empty()
                       ? concat("unknown error (try \"tail ", record.process.name, "\")")
                       : record.spawn_error;
        case ProcessState::Stopped:
        case ProcessState::Exited:
            return record.start_wall.ms == 0 ? "Not started" : date_text(record.stop_wall, zone);
        case ProcessState::Starting:
        case ProcessState::Stopping:
        case ProcessState::Unknown:
        case ProcessState::Deleted:
            return {};
    }
    return {};
}

}  // namespace sup
