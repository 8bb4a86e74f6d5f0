#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

// How a structure travels: as the array of its fields, in the order of one table, which serves both
// directions (and gives the tests their random values). A new field is added to its structure and
// to its table; the codec does not compile when one of the two is forgotten.
namespace sup::codec {

template <typename Class, typename Member>
struct Field {
    std::string_view name;  // for error messages only
    Member Class::*member;
};

template <typename... Fields>
struct Layout {
    std::string_view name;
    std::tuple<Fields...> fields;
};

template <typename... Fields>
constexpr Layout<Fields...> layout(std::string_view name, Fields... fields) {
    return {name, {fields...}};
}

struct NoLayout {};
// Specialised for each structure that travels: see message_layout.h.
template <typename T>
inline constexpr NoLayout kLayoutOf{};

template <typename T>
concept HasLayout = !std::is_same_v<decltype(kLayoutOf<T>), const NoLayout>;

template <typename T>
inline constexpr std::size_t kFieldCount =
    std::tuple_size_v<std::remove_cvref_t<decltype(kLayoutOf<T>.fields)>>;

}  // namespace sup::codec
