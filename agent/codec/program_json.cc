#include "agent/codec/program_json.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "agent/codec/event_json.h"
#include "common/base/text.h"

namespace sup::codec {
namespace {

using nlohmann::json;

// Deeper than any of our files; a hostile one must not exhaust the stack.
constexpr int kMaxDepth = 8;

Result<json> parse_object(std::string_view text) {
    const auto limit = [](int depth, json::parse_event_t, json&) { return depth <= kMaxDepth; };
    auto content = json::parse(text, limit, false);
    if (content.is_discarded()) {
        return Error{"it is not JSON"};
    }
    if (!content.is_object()) {
        return Error{concat("it holds a JSON ", content.type_name(), ", an object was expected")};
    }
    return content;
}

template <typename T>
Result<std::int64_t> read_number(const json& value, std::string_view name) {
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        if (number >= 0 && number <= static_cast<std::int64_t>(std::numeric_limits<T>::max())) {
            return number;
        }
    }
    return Error{concat(name, ": a number >= 0 was expected")};
}

Status read_counts(const json& content, const char* name,
                   std::map<std::string, std::int32_t>& out) {
    const auto found = content.find(name);
    if (found == content.end() || !found->is_object()) {
        return Error{concat(name, ": an object of numbers was expected")};
    }
    for (const auto& [program, value] : found->items()) {
        const auto number = read_number<std::int32_t>(value, program);
        if (!number || *number == 0) {
            return Error{concat(name, ": ", program, ": a number > 0 was expected")};
        }
        out[program] = static_cast<std::int32_t>(*number);
    }
    return {};
}

}  // namespace

std::string encode_disabilities(const std::map<std::string, bool>& disabilities) {
    return dump_json(json(disabilities)) + "\n";
}

Result<std::map<std::string, bool>> decode_disabilities(std::string_view text) {
    const auto content = parse_object(text);
    if (!content) {
        return content.error();
    }
    std::map<std::string, bool> disabilities;
    for (const auto& [program, value] : content->items()) {
        if (!value.is_boolean()) {
            return Error{concat(program, ": true or false was expected")};
        }
        disabilities[program] = value.get<bool>();
    }
    return disabilities;
}

std::string encode_numbers(const ProgramMemory& memory) {
    const json content = {
        {"limits", memory.limits},
        {"supervisord", {{"pid", memory.session.pid}, {"start_ticks", memory.session.start_ticks}}},
        {"numprocs", memory.numprocs}};
    return dump_json(content) + "\n";
}

Result<ProgramMemory> decode_numbers(std::string_view text) {
    const auto content = parse_object(text);
    if (!content) {
        return content.error();
    }
    ProgramMemory memory;
    for (const auto& [name, counts] :
         {std::pair{"limits", &memory.limits}, std::pair{"numprocs", &memory.numprocs}}) {
        if (const auto read = read_counts(*content, name, *counts); !read) {
            return read.error();
        }
    }
    const auto session = content->find("supervisord");
    if (session == content->end() || !session->is_object()) {
        return Error{"supervisord: an object was expected"};
    }
    const auto pid = read_number<std::int32_t>(session->value("pid", json()), "pid");
    const auto ticks =
        read_number<std::int64_t>(session->value("start_ticks", json()), "start_ticks");
    if (!pid || !ticks) {
        return pid ? ticks.error() : pid.error();
    }
    memory.session.pid = static_cast<std::int32_t>(*pid);
    memory.session.start_ticks = static_cast<std::uint64_t>(*ticks);
    return memory;
}

std::string overlay_text(std::span<const OverlaySection> sections) {
    std::string text =
        "; Written by supvisors-agent, do not edit: what users asked of programs. Including it "
        "last "
        "makes it\n; override the sections of the same name. When a program is removed from the "
        "configuration, its\n; section here is to be removed as well.\n";
    for (const auto& section : sections) {
        text += concat("\n[", section.section, "]\n");
        if (section.stays_down) {
            text += "autostart=false\n";
        }
        if (section.numprocs > 0) {
            text += concat("numprocs=", section.numprocs, "\n");
        }
    }
    return text;
}

}  // namespace sup::codec
