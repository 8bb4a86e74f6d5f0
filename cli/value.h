#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// A value of XML-RPC as plain data, so that only the codec knows xmlrpc-c.
namespace sup::cli {

struct Value {
    using List = std::vector<Value>;
    using Members = std::map<std::string, Value, std::less<>>;

    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Members> content;

    // A member of a struct, or an element of an array; the null value when there is none. Servers
    // of other releases have fewer members: what they do not say is shown as `n/a`, not refused.
    const Value& operator[](std::string_view member) const;
    const Value& operator[](std::size_t index) const;

    // As Python prints it: True, 12, 7.5, text, ['a', 'b'].
    std::string text() const;

    std::int64_t integer() const;  // 0 unless it is a number
    bool truth() const;            // true, or a number that is not 0
    const List& list() const;      // empty unless it is an array

    bool operator==(const Value&) const = default;
};

inline Value value_of(std::string_view text) {
    return {std::string(text)};
}
inline Value value_of(const char* text) {
    return {std::string(text)};
}
inline Value value_of(bool flag) {
    return {flag};
}
inline Value value_of(int number) {
    return {std::int64_t{number}};
}
inline Value value_of(double number) {
    return {number};
}

using Parameters = std::vector<Value>;

// {value_of(first), value_of(second)…}
template <typename... Items>
Parameters parameters(const Items&... items) {
    return Parameters{value_of(items)...};
}

}  // namespace sup::cli
