#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// One table per enumeration gives names, codes and parsing: see states.h for the tables.
namespace sup {

template <typename Enum>
struct Named {
    Enum value;
    std::string_view name;
};

template <typename Enum>
inline constexpr auto kNamesOf = std::array<Named<Enum>, 0>{};

template <typename Enum>
constexpr int code_of(Enum value) {
    return static_cast<int>(value);
}

template <typename Enum>
constexpr std::string_view name_of(Enum value) {
    for (const auto& entry : kNamesOf<Enum>) {
        if (entry.value == value) {
            return entry.name;
        }
    }
    return "?";
}

// Exact, case-sensitive name.
template <typename Enum>
constexpr std::optional<Enum> parse_name(std::string_view name) {
    for (const auto& entry : kNamesOf<Enum>) {
        if (entry.name == name) {
            return entry.value;
        }
    }
    return std::nullopt;
}

// A code as it arrives from outside; nothing when no value has it.
template <typename Enum>
constexpr std::optional<Enum> parse_code(std::int64_t code) {
    for (const auto& entry : kNamesOf<Enum>) {
        if (static_cast<std::int64_t>(entry.value) == code) {
            return entry.value;
        }
    }
    return std::nullopt;
}

// All names, in the order of their table.
template <typename Enum>
std::vector<std::string> names_of() {
    std::vector<std::string> names;
    for (const auto& entry : kNamesOf<Enum>) {
        names.emplace_back(entry.name);
    }
    return names;
}

}  // namespace sup
