#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace sup {

// `group:name` of a process. Everything is keyed by both: two groups may hold a process of the same
// name (D-49).
struct ProcessName {
    std::string group;
    std::string name;
    auto operator<=>(const ProcessName&) const = default;
};

// The namespec of results: the short form when group and process names are equal.
inline std::string namespec_of(const ProcessName& process) {
    return process.group == process.name ? process.group : process.group + ":" + process.name;
}

// A namespec as users write it: `group:name`, `name` (group of the same name), `group:*`, `group:`.
struct Namespec {
    std::string group;
    std::string name;  // empty: the whole group
    bool is_group() const { return name.empty(); }
};

// Only the first ':' separates.
inline Namespec parse_namespec(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return {std::string(text), std::string(text)};
    }
    const auto name = text.substr(colon + 1);
    return {std::string(text.substr(0, colon)), name == "*" ? std::string() : std::string(name)};
}

}  // namespace sup
