#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "agent/codec/message_layout.h"
#include "agent/codec/request_layout.h"
#include "agent/codec/wire_write.h"
#include "common/base/text.h"

// JSON trees to values, by type: the mirror of wire_write.h. For message_codec.cc.
namespace sup::codec {

// A value from outside, short enough for a log line.
std::string dump_brief(const nlohmann::json& value);

// Reads one tree; after a false, problem() says which field, what was found and what was expected.
class WireReader {
public:
    template <typename T>
    bool read(const nlohmann::json& in, T& out);

    std::string problem() const { return path_.empty() ? what_ : path_ + ": " + what_; }

private:
    // Milliseconds that leave room for sums and products: no peer lives longer than that.
    static constexpr std::int64_t kTimeLimit = std::int64_t{1} << 53;

    bool refuse(const nlohmann::json& in, std::string_view expected);
    bool within(std::string_view name);  // puts the name before the path; always false
    bool within(std::size_t place);
    bool read_integer(const nlohmann::json& in, std::int64_t low, std::int64_t high,
                      std::int64_t& out);

    template <typename T>
    bool read_fields(const nlohmann::json& in, std::size_t first, T& out);
    template <typename T>
    bool read_enumeration(const nlohmann::json& in, T& out);
    template <typename T>
    bool read_time(const nlohmann::json& in, T& out);
    template <typename T>
    bool read_items(const nlohmann::json& in, std::vector<T>& out);
    template <typename T>
    bool read_items(const nlohmann::json& in, std::map<std::string, T>& out);
    bool read_items(const nlohmann::json& in, InstanceStates& out);
    template <typename T>
    bool read_items(const nlohmann::json& in, std::optional<T>& out);
    template <typename... Alternatives>
    bool read_items(const nlohmann::json& in, std::variant<Alternatives...>& out);
    bool read_scalar(const nlohmann::json& in, bool& out);
    bool read_scalar(const nlohmann::json& in, std::int32_t& out);
    bool read_scalar(const nlohmann::json& in, std::uint32_t& out);
    bool read_scalar(const nlohmann::json& in, std::uint64_t& out);
    bool read_scalar(const nlohmann::json& in, std::string& out);

    std::string path_;
    std::string what_;
};

template <typename T>
bool WireReader::read(const nlohmann::json& in, T& out) {
    if constexpr (HasLayout<T>) {
        return read_fields(in, 0, out);
    } else if constexpr (std::is_enum_v<T>) {
        return read_enumeration(in, out);
    } else if constexpr (IsTime<T>) {
        return read_time(in, out);
    } else if constexpr (std::is_integral_v<T> || std::is_same_v<T, std::string>) {
        return read_scalar(in, out);
    } else {
        return read_items(in, out);
    }
}

// `in` is an array whose fields begin at `first`.
template <typename T>
bool WireReader::read_fields(const nlohmann::json& in, std::size_t first, T& out) {
    if (!in.is_array() || in.size() != first + kFieldCount<T>) {
        return refuse(in, concat(kLayoutOf<T>.name, " of ", kFieldCount<T>, " fields"));
    }
    std::size_t place = first;
    const auto read_one = [&](const auto& field) {
        return read(in[place++], out.*field.member) || within(field.name);
    };
    return std::apply([&](const auto&... field) { return (read_one(field) && ...); },
                      kLayoutOf<T>.fields);
}

template <typename T>
bool WireReader::read_enumeration(const nlohmann::json& in, T& out) {
    std::int64_t code = 0;
    constexpr std::int64_t kLow = std::numeric_limits<int>::min();
    constexpr std::int64_t kHigh = std::numeric_limits<int>::max();
    if (!read_integer(in, kLow, kHigh, code)) {
        return false;
    }
    out = static_cast<T>(code);
    if constexpr (requires { is_known(out); }) {
        return is_known(out) || refuse(in, "a known code");
    } else if constexpr (std::is_same_v<T, ProcessState>) {
        // Deleted exists in published events only.
        return (parse_code<T>(code) && out != ProcessState::Deleted) ||
               refuse(in, "the code of a process state");
    } else {
        return parse_code<T>(code).has_value() ||
               refuse(in, concat("a code of ", join(names_of<T>(), ", ")));
    }
}

template <typename T>
bool WireReader::read_time(const nlohmann::json& in, T& out) {
    constexpr std::int64_t kLow = std::is_same_v<T, Duration> ? 0 : -kTimeLimit;
    return read_integer(in, kLow, kTimeLimit, out.ms);
}

template <typename T>
bool WireReader::read_items(const nlohmann::json& in, std::vector<T>& out) {
    if (!in.is_array()) {
        return refuse(in, "an array");
    }
    for (std::size_t place = 0; place < in.size(); ++place) {
        if (!read(in[place], out.emplace_back())) {
            return within(place);
        }
    }
    return true;
}

template <typename T>
bool WireReader::read_items(const nlohmann::json& in, std::map<std::string, T>& out) {
    if (!in.is_array() || in.size() % 2 != 0) {
        return refuse(in, "an array of keys and values");
    }
    for (std::size_t place = 0; place < in.size(); place += 2) {
        std::string key;
        if (!read_scalar(in[place], key)) {
            return within(place);
        }
        if (!read(in[place + 1], out[key])) {
            return within(key);
        }
    }
    return true;
}

inline bool WireReader::read_items(const nlohmann::json& in, InstanceStates& out) {
    std::map<std::string, InstanceState> states;
    if (!read_items(in, states)) {
        return false;
    }
    out = InstanceStates(states);
    return true;
}

template <typename T>
bool WireReader::read_items(const nlohmann::json& in, std::optional<T>& out) {
    if (in.is_null()) {
        out.reset();
        return true;
    }
    return read(in, out.emplace());
}

template <typename... Alternatives>
bool WireReader::read_items(const nlohmann::json& in, std::variant<Alternatives...>& out) {
    std::int64_t index = 0;
    if (!in.is_array() || in.empty()) {
        return refuse(in, "an array that begins with a kind");
    }
    if (!read_integer(in[0], 0, sizeof...(Alternatives) - 1, index)) {
        return within("kind");
    }
    std::int64_t place = 0;
    bool good = false;
    const auto try_one = [&]<typename T>(std::type_identity<T>) {
        if (place++ == index) {
            good = read_fields(in, 1, out.template emplace<T>()) || within(kLayoutOf<T>.name);
        }
    };
    (try_one(std::type_identity<Alternatives>{}), ...);
    return good;
}

}  // namespace sup::codec
