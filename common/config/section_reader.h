#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/config/document.h"

namespace sup::config {

// Reads the options of one section: looked up in the section then in [DEFAULT], expanded,
// converted. What fails is reported with its place, and the default takes its place so that reading
// goes on.
//
// supervisord does not know %(here)s in the sections of servers and plugins.
class SectionReader {
public:
    enum class Names { EnvironmentAndHere, Environment };

    SectionReader(const Document& document, const IniSection& section, Problems& problems,
                  Names names = Names::EnvironmentAndHere);

    // What %(name)s may stand for: the names of the constructor, and what is added.
    void define(std::string_view name, Expansion value);
    const Expansions& names() const { return names_; }

    const IniOption* find(std::string_view option) const;
    std::optional<std::string> raw(std::string_view option) const;
    std::optional<std::string> text(std::string_view option);
    // Expands a value of this option; nothing, and an error, when it cannot be.
    std::optional<std::string> expanded(std::string_view option, std::string_view value);

    template <typename T>
    T get(std::string_view option, T otherwise, Result<T> (*convert)(std::string_view)) {
        const auto value = text(option);
        if (!value) {
            return otherwise;
        }
        auto converted = convert(*value);
        if (!converted) {
            fail(option, converted.error().message);
            return otherwise;
        }
        return std::move(*converted);
    }
    // Only checks that the conversion is possible.
    template <typename T>
    void check(std::string_view option, Result<T> (*convert)(std::string_view)) {
        (void)get<T>(option, T{}, convert);
    }

    // Reports `file:line: [section] option: what`.
    void fail(std::string_view option, std::string_view what);
    void drop(std::string_view option, std::string_view what);
    void warn(std::string_view option, std::string_view what);
    bool has_failed() const { return has_failed_; }
    // Of the option, or of the section that lacks it.
    Place place_of(std::string_view option) const;

private:
    const Document& document_;
    const IniSection& section_;
    Problems& problems_;
    Expansions names_;
    bool has_failed_ = false;
};

}  // namespace sup::config
