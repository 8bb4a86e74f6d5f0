#include "agent/codec/wire_read.h"

#include "agent/codec/event_json.h"

namespace sup::codec {

using nlohmann::json;

std::string dump_brief(const json& value) {
    constexpr std::size_t kLongest = 40;
    if (value.is_array()) {
        return concat("an array of ", value.size());
    }
    if (value.is_object() || value.is_binary()) {
        return value.is_object() ? "a map" : "binary data";
    }
    if (value.is_string() && value.get_ref<const std::string&>().size() > kLongest) {
        return concat("a text of ", value.get_ref<const std::string&>().size(), " bytes");
    }
    return dump_json(value);
}

bool WireReader::refuse(const json& in, std::string_view expected) {
    what_ = concat("expected ", expected, ", found ", dump_brief(in));
    return false;
}

bool WireReader::within(std::string_view name) {
    const char* joint = path_.empty() || path_.front() == '[' ? "" : ".";
    path_ = concat(name, joint, path_);
    return false;
}

bool WireReader::within(std::size_t place) {
    return within(concat('[', place, ']'));
}

bool WireReader::read_integer(const json& in, std::int64_t low, std::int64_t high,
                              std::int64_t& out) {
    constexpr std::uint64_t kHighest = std::numeric_limits<std::int64_t>::max();
    const bool is_readable =
        in.is_number_integer() && (!in.is_number_unsigned() || in.get<std::uint64_t>() <= kHighest);
    if (!is_readable || in.get<std::int64_t>() < low || in.get<std::int64_t>() > high) {
        return refuse(in, concat("an integer between ", low, " and ", high));
    }
    out = in.get<std::int64_t>();
    return true;
}

bool WireReader::read_scalar(const json& in, bool& out) {
    if (!in.is_boolean()) {
        return refuse(in, "true or false");
    }
    out = in.get<bool>();
    return true;
}

bool WireReader::read_scalar(const json& in, std::int32_t& out) {
    using Limits = std::numeric_limits<std::int32_t>;
    std::int64_t wide = 0;
    if (!read_integer(in, Limits::min(), Limits::max(), wide)) {
        return false;
    }
    out = static_cast<std::int32_t>(wide);
    return true;
}

bool WireReader::read_scalar(const json& in, std::uint32_t& out) {
    std::int64_t wide = 0;
    if (!read_integer(in, 0, std::numeric_limits<std::uint32_t>::max(), wide)) {
        return false;
    }
    out = static_cast<std::uint32_t>(wide);
    return true;
}

bool WireReader::read_scalar(const json& in, std::uint64_t& out) {
    if (!in.is_number_integer() || (!in.is_number_unsigned() && in.get<std::int64_t>() < 0)) {
        return refuse(in, "an integer of 0 or more");
    }
    out = in.get<std::uint64_t>();
    return true;
}

bool WireReader::read_scalar(const json& in, std::string& out) {
    if (!in.is_string()) {
        return refuse(in, "a text");
    }
    out = in.get_ref<const std::string&>();
    return true;
}

}  // namespace sup::codec
