#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/model/states.h"

// Texts of the options of [supvisors] to values. Each refusal quotes the value and says what was
// expected.
namespace sup::config {

struct WholeRange {
    std::int64_t least = 0;
    std::int64_t most = 0;
};
struct NumberRange {
    double least = 0;
    double most = 0;
};

Result<std::int64_t> parse_whole(std::string_view text, WholeRange range);
Result<double> parse_number(std::string_view text, NumberRange range);
// Seconds, decimals allowed, to milliseconds.
Result<Duration> parse_seconds(std::string_view text, NumberRange range);
Result<std::uint16_t> parse_port(std::string_view text);
// A size that is not negative: plain or with KB, MB, GB.
Result<std::int64_t> parse_size(std::string_view text);

// Items between commas, the first of equal ones kept (O-9).
std::vector<std::string> parse_names(std::string_view text);

// a.b.c.d:port of a multicast group (table 2.1).
Result<std::string> parse_multicast_group(std::string_view text);
// Dotted address; empty for ANY and INADDR_ANY.
Result<std::string> parse_multicast_interface(std::string_view text);

struct StatsEnabled {
    bool host = false;
    bool process = false;
    bool operator==(const StatsEnabled&) const = default;
};
Result<StatsEnabled> parse_stats_enabled(std::string_view text);
// One to three periods, sorted.
Result<std::vector<double>> parse_stats_periods(std::string_view text);

// `'x' is not one of A, B; nearest name: B`
Error not_one_of(std::string_view text, const std::vector<std::string>& names);

// A name of the enumeration, in any letter case (O-8).
template <typename Enum>
Result<Enum> parse_choice(std::string_view text) {
    for (const auto& entry : kNamesOf<Enum>) {
        if (to_lower(entry.name) == to_lower(text)) {
            return entry.value;
        }
    }
    return not_one_of(text, names_of<Enum>());
}

template <typename Enum>
Result<std::vector<Enum>> parse_choices(std::string_view text) {
    std::vector<Enum> values;
    for (const auto& name : parse_names(to_upper(text))) {
        const auto value = parse_choice<Enum>(name);
        if (!value) {
            return value.error();
        }
        values.push_back(*value);
    }
    return values;
}

}  // namespace sup::config
