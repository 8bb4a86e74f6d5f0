#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "agent/codec/message_layout.h"
#include "agent/codec/request_layout.h"
#include "agent/codec/wire_layout.h"
#include "common/base/time.h"

// Values to JSON trees, by type. A structure is the array of its fields; a variant is the same with
// the number of the alternative before; a map is an array key, value, key, value…; a time is its
// milliseconds; nothing is null. For message_codec.cc.
namespace sup::codec {

// Stands for a value of any type, to count the fields of an aggregate. Not for Fault, because an
// optional<Fault> would take it in two ways.
struct AnyField {
    template <typename T>
    requires(!std::is_same_v<T, Fault>) operator T() const;  // NOLINT: must be implicit
};

template <typename T, typename... Fields>
constexpr std::size_t count_fields() {
    if constexpr (requires { T{Fields{}..., AnyField{}}; }) {
        return count_fields<T, Fields..., AnyField>();
    } else {
        return sizeof...(Fields);
    }
}

template <typename T>
concept IsTime =
    std::is_same_v<T, Instant> || std::is_same_v<T, WallTime> || std::is_same_v<T, Duration>;

template <typename T>
nlohmann::json write_value(const T& value);

template <typename T>
void append_fields(nlohmann::json& out, const T& value) {
    static_assert(kFieldCount<T> == count_fields<T>(), "a field is missing in the layout");
    std::apply(
        [&](const auto&... field) { (out.push_back(write_value(value.*field.member)), ...); },
        kLayoutOf<T>.fields);
}

template <typename T>
nlohmann::json write_items(const std::vector<T>& items) {
    auto out = nlohmann::json::array();
    for (const auto& item : items) {
        out.push_back(write_value(item));
    }
    return out;
}

template <typename T>
nlohmann::json write_items(const std::map<std::string, T>& items) {
    auto out = nlohmann::json::array();
    for (const auto& [key, item] : items) {
        out.push_back(key);
        out.push_back(write_value(item));
    }
    return out;
}

inline nlohmann::json write_items(const InstanceStates& states) {
    return write_items(states.as_map());
}

template <typename T>
nlohmann::json write_items(const std::optional<T>& item) {
    return item ? write_value(*item) : nlohmann::json(nullptr);
}

template <typename... Alternatives>
nlohmann::json write_items(const std::variant<Alternatives...>& value) {
    nlohmann::json out{value.index()};
    std::visit([&out](const auto& alternative) { append_fields(out, alternative); }, value);
    return out;
}

template <typename T>
nlohmann::json write_value(const T& value) {
    if constexpr (HasLayout<T>) {
        auto out = nlohmann::json::array();
        append_fields(out, value);
        return out;
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<int>(value);
    } else if constexpr (IsTime<T>) {
        return value.ms;
    } else if constexpr (std::is_integral_v<T> || std::is_same_v<T, std::string>) {
        return value;
    } else {
        return write_items(value);
    }
}

}  // namespace sup::codec
