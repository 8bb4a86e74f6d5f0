#include "common/config/conversions.h"

#include <algorithm>
#include <array>
#include <limits>

#include "common/base/text.h"
#include "common/config/python_text.h"
#include "common/model/strategies.h"

namespace sup::config {
namespace {

constexpr std::array<std::string_view, 37> kSignals = {
    "ABRT", "ALRM",   "BUS",    "CHLD",  "CLD",  "CONT", "FPE",  "HUP",  "ILL",   "INT",
    "IO",   "IOT",    "KILL",   "PIPE",  "POLL", "PROF", "PWR",  "QUIT", "RTMAX", "RTMIN",
    "SEGV", "STKFLT", "STOP",   "SYS",   "TERM", "TRAP", "TSTP", "TTIN", "TTOU",  "URG",
    "USR1", "USR2",   "VTALRM", "WINCH", "XCPU", "XFSZ", "_DFL"};

bool is_signal_number(std::int64_t number) {
    constexpr std::int64_t kFirstRealTime = 34;
    constexpr std::int64_t kLastRealTime = 64;
    return (number >= 0 && number <= 31) || number == kFirstRealTime || number == kLastRealTime;
}

}  // namespace

Result<std::int64_t> to_integer(std::string_view text) {
    if (const auto value = python_integer(text)) {
        return *value;
    }
    return Error{concat("'", text, "' is not a whole number")};
}

Result<bool> to_boolean(std::string_view text) {
    if (const auto value = parse_switch_word(text)) {
        return *value;
    }
    return Error{concat("'", text, "' is not one of true, yes, on, 1, false, no, off, 0")};
}

Result<std::int64_t> to_byte_size(std::string_view text) {
    if (const auto value = parse_byte_size(text)) {
        return *value;
    }
    return Error{concat("'", text, "' is not a size: a whole number, KB, MB or GB after it")};
}

Result<std::int64_t> to_octal(std::string_view text) {
    if (const auto value = python_integer(text, Base::Octal)) {
        return *value;
    }
    return Error{concat("'", text, "' is not an octal number such as 022")};
}

Result<std::int64_t> to_signal(std::string_view text) {
    if (const auto number = python_integer(text)) {
        if (is_signal_number(*number)) {
            return *number;
        }
        return Error{concat("'", text, "' is not the number of a signal")};
    }
    auto name = to_upper(python_strip(text));
    if (name.starts_with("SIG")) {
        name.erase(0, 3);
    }
    if (std::find(kSignals.begin(), kSignals.end(), name) == kSignals.end()) {
        return Error{
            concat("'", text, "' is not a signal such as TERM, HUP, INT, QUIT, KILL, USR1")};
    }
    return std::int64_t{0};
}

Result<std::vector<std::int64_t>> to_exit_codes(std::string_view text) {
    std::vector<std::int64_t> codes;
    if (text.empty()) {
        return codes;
    }
    for (const auto& piece : split(text, ',')) {
        const auto code = python_integer(piece);
        if (!code || *code < 0 || *code > 255) {
            return Error{concat("'", text, "' is not a list of exit codes between 0 and 255, ",
                                "separated by commas")};
        }
        codes.push_back(*code);
    }
    return codes;
}

Result<ProcessConfig::Autorestart> to_autorestart(std::string_view text) {
    using Autorestart = ProcessConfig::Autorestart;
    if (to_lower(text) == "unexpected") {
        return Autorestart::Unexpected;
    }
    if (const auto value = parse_switch_word(text)) {
        return *value ? Autorestart::Always : Autorestart::Never;
    }
    return Error{concat("'", text, "' is not one of true, false, unexpected")};
}

Result<std::string> to_log_level(std::string_view text) {
    const auto word = to_lower(text);
    if (parse_name<LogLevel>(word)) {
        return word;
    }
    return Error{concat("'", text, "' is not one of ", join(names_of<LogLevel>(), ", "))};
}

Result<Duration> to_seconds(std::string_view text) {
    const auto seconds = python_integer(text);
    if (!seconds) {
        return Error{concat("'", text, "' is not a whole number of seconds")};
    }
    if (*seconds > std::numeric_limits<std::int32_t>::max() ||
        *seconds < std::numeric_limits<std::int32_t>::min()) {
        return Error{concat("'", text, "' seconds are more than supervisord can tell its clients ",
                            "(at most 2147483647)")};
    }
    return Duration{*seconds * 1000};
}

Result<std::string> to_entity_name(std::string_view text) {
    const auto name = python_strip(text);
    if (name.find_first_of(" :/") != std::string_view::npos) {
        return Error{concat("'", text, "' is not a name: it must hold no space, ':' or '/'")};
    }
    return std::string(name);
}

std::vector<std::string> comma_pieces(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    auto pieces = split(text, ',');
    for (auto& piece : pieces) {
        piece = std::string(python_strip(piece));
    }
    return pieces;
}

Result<HostPort> to_inet_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto host =
        colon == std::string_view::npos ? std::string() : to_lower(text.substr(0, colon));
    const auto port =
        python_integer(colon == std::string_view::npos ? text : text.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) {
        return Error{concat("'", text, "' is not host:port with a port between 1 and 65535")};
    }
    return HostPort{host == "*" ? std::string() : host, static_cast<std::uint16_t>(*port)};
}

}  // namespace sup::config
