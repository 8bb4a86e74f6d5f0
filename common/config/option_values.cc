#include "common/config/option_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "common/config/python_text.h"

namespace sup::config {
namespace {

// A bound as people write it: 0.2, 60, 1200.
std::string bound_text(double value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return {digits, end};
}

std::optional<double> parse_real(std::string_view text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::array<std::int64_t, 4>> parse_ipv4(std::string_view text) {
    const auto pieces = split(text, '.');
    if (pieces.size() != 4) {
        return std::nullopt;
    }
    std::array<std::int64_t, 4> bytes{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto byte = parse_integer(pieces[i]);
        if (!byte || *byte < 0 || *byte > 255 || pieces[i].size() > 3) {
            return std::nullopt;
        }
        bytes[i] = *byte;
    }
    return bytes;
}

}  // namespace

Error not_one_of(std::string_view text, const std::vector<std::string>& names) {
    const auto near = nearest(text, names);
    return {concat("'", text, "' is not one of ", join(names, ", "),
                   near ? concat("; nearest name: ", *near) : "")};
}

Result<std::int64_t> parse_whole(std::string_view text, WholeRange range) {
    const auto value = parse_integer(text);
    if (!value || *value < range.least || *value > range.most) {
        return Error{concat("'", text, "' is not a whole number between ", range.least, " and ",
                            range.most)};
    }
    return *value;
}

Result<double> parse_number(std::string_view text, NumberRange range) {
    const auto value = parse_real(text);
    if (!value || *value < range.least || *value > range.most) {
        return Error{concat("'", text, "' is not a number between ", bound_text(range.least),
                            " and ", bound_text(range.most))};
    }
    return *value;
}

Result<Duration> parse_seconds(std::string_view text, NumberRange range) {
    const auto value = parse_real(text);
    if (!value || *value < range.least || *value > range.most) {
        return Error{concat("'", text, "' is not a number of seconds between ",
                            bound_text(range.least), " and ", bound_text(range.most))};
    }
    return Duration{std::llround(*value * 1000)};
}

Result<std::uint16_t> parse_port(std::string_view text) {
    const auto value = parse_whole(text, {1, 65535});
    if (!value) {
        return Error{concat("'", text, "' is not a port between 1 and 65535")};
    }
    return static_cast<std::uint16_t>(*value);
}

Result<std::int64_t> parse_size(std::string_view text) {
    const auto value = parse_byte_size(text);
    if (!value || *value < 0) {
        return Error{concat("'", text, "' is not a size such as 1024, 50KB, 10MB, 1GB")};
    }
    return *value;
}

std::vector<std::string> parse_names(std::string_view text) {
    std::vector<std::string> names;
    for (auto& name : split_list(text)) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return names;
}

Result<std::string> parse_multicast_group(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto address = text.substr(0, colon);
    const auto bytes = parse_ipv4(address);
    const auto port =
        colon == std::string_view::npos ? 0 : parse_integer(text.substr(colon + 1)).value_or(0);
    constexpr std::array<std::string_view, 4> kRefused = {"224.0.0.0", "232.0.0.0", "233.0.0.0",
                                                          "239.0.0.0"};
    const bool is_refused = std::find(kRefused.begin(), kRefused.end(), address) != kRefused.end();
    if (!bytes || (*bytes)[0] < 224 || (*bytes)[0] > 239 || is_refused || port < 1 ||
        port > 65535) {
        return Error{concat("'", text,
                            "' is not address:port of a multicast group: 224..239 first, ",
                            "port between 1 and 65535, and not the base addresses ",
                            "224.0.0.0, 232.0.0.0, 233.0.0.0, 239.0.0.0")};
    }
    return std::string(text);
}

Result<std::string> parse_multicast_interface(std::string_view text) {
    const auto word = to_upper(text);
    if (word.empty() || word == "ANY" || word == "INADDR_ANY") {
        return std::string();
    }
    if (!parse_ipv4(text)) {
        return Error{concat("'", text, "' is not the IPv4 address of an interface, or ANY")};
    }
    return std::string(text);
}

Result<StatsEnabled> parse_stats_enabled(std::string_view text) {
    const auto names = parse_names(to_upper(text));
    if (names.empty()) {
        return not_one_of(text, {"OFF", "HOST", "PROCESS", "ALL"});
    }
    StatsEnabled enabled;
    for (const auto& name : names) {
        const auto flag = parse_switch_word(name);
        const bool is_all = name == "ALL" || flag.value_or(false);
        if (!is_all && name != "HOST" && name != "PROCESS" && !flag) {
            return not_one_of(name, {"OFF", "HOST", "PROCESS", "ALL"});
        }
        enabled.host = enabled.host || is_all || name == "HOST";
        enabled.process = enabled.process || is_all || name == "PROCESS";
    }
    return enabled;
}

Result<std::vector<double>> parse_stats_periods(std::string_view text) {
    std::vector<double> periods;
    for (const auto& item : split_list(text)) {
        const auto period = parse_number(item, {1, 3600});
        if (!period) {
            return Error{concat(period.error().message, " (seconds)")};
        }
        periods.push_back(*period);
    }
    if (periods.empty() || periods.size() > 3) {
        return Error{
            concat("'", text, "' is not a list of 1 to 3 periods between 1 and 3600 seconds")};
    }
    std::sort(periods.begin(), periods.end());
    return periods;
}

}  // namespace sup::config
