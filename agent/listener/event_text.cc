#include "agent/listener/event_text.h"

#include <limits>

#include "common/base/text.h"

namespace sup::listener {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

// Takes the last field ` key:value` off the header. From the end, because only the server's
// identifier, which comes first, is free text.
std::optional<std::string_view> take_last(std::string_view& header, std::string_view key) {
    const auto at = header.rfind(concat(" ", key, ":"));
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto value = header.substr(at + key.size() + 2);
    header = header.substr(0, at);
    return value;
}

std::optional<std::uint64_t> take_last_number(std::string_view& header, std::string_view key) {
    const auto text = take_last(header, key);
    if (!text) {
        return std::nullopt;
    }
    const auto number = parse_integer(*text);
    if (!number || *number < 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(*number);
}

Error bad_header(std::string_view header, std::string_view expected) {
    constexpr std::size_t kShown = 200;
    return Error{concat("event header '", header.substr(0, kShown), "': ", expected, " expected")};
}

std::vector<EventText::Pair> parse_pairs(std::string_view line) {
    std::vector<EventText::Pair> pairs;
    std::size_t at = line.find_first_not_of(kBlanks);
    while (at != std::string_view::npos) {
        const auto end = line.find_first_of(kBlanks, at);
        const auto word = line.substr(at, end == std::string_view::npos ? end : end - at);
        if (const auto colon = word.find(':'); colon != std::string_view::npos) {
            pairs.push_back(
                {std::string(word.substr(0, colon)), std::string(word.substr(colon + 1))});
        }
        at = line.find_first_not_of(kBlanks, end);
    }
    return pairs;
}

}  // namespace

std::optional<std::string_view> EventText::value(std::string_view key) const {
    for (const auto& pair : pairs) {
        if (pair.key == key) {
            return pair.value;
        }
    }
    return std::nullopt;
}

std::optional<std::int32_t> EventText::number(std::string_view key) const {
    const auto text = value(key);
    const auto number = text ? parse_integer(*text) : std::nullopt;
    using Limits = std::numeric_limits<std::int32_t>;
    if (!number || *number < Limits::min() || *number > Limits::max()) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(*number);
}

Result<EventText> parse_event(const Event& event) {
    EventText text;
    std::string_view header = event.header;
    if (!take_last_number(header, "len")) {
        return bad_header(event.header, "len:<number> at the end");
    }
    const auto name = take_last(header, "eventname");
    if (!name || name->empty()) {
        return bad_header(event.header, "eventname:<name>");
    }
    const auto pool_serial = take_last_number(header, "poolserial");
    if (!pool_serial) {
        return bad_header(event.header, "poolserial:<number>");
    }
    const auto pool = take_last(header, "pool");
    const auto serial = take_last_number(header, "serial");
    if (!pool || !serial) {
        return bad_header(event.header, "serial:<number> pool:<name>");
    }
    text.name = *name;
    text.pool_serial = *pool_serial;
    text.pool = *pool;
    text.serial = *serial;
    text.server = take_last(header, "server").value_or("");

    const std::string_view payload = event.payload;
    const auto line_end = payload.find('\n');
    text.pairs = parse_pairs(payload.substr(0, line_end));
    if (line_end != std::string_view::npos) {
        text.data = payload.substr(line_end + 1);
    }
    return text;
}

Result<std::optional<ProcessEventText>> parse_process_event(const EventText& event) {
    constexpr std::string_view kPrefix = "PROCESS_STATE_";
    if (!event.name.starts_with(kPrefix)) {
        return std::optional<ProcessEventText>();
    }
    const auto process = event.value("processname");
    const auto group = event.value("groupname");
    if (!process || !group || process->empty()) {
        return Error{concat("event ", event.name, " ", event.serial,
                            ": processname:<name> groupname:<name> expected")};
    }
    ProcessEventText result;
    result.group = *group;
    result.process = *process;
    result.state = event.name.substr(kPrefix.size());
    result.from_state = event.value("from_state").value_or("");
    result.tries = event.number("tries").value_or(0);
    result.pid = event.number("pid").value_or(0);
    result.expected = event.number("expected").value_or(1) != 0;
    return std::optional<ProcessEventText>(std::move(result));
}

}  // namespace sup::listener
