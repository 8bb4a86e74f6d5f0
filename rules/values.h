#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/model/enumeration.h"
#include "common/model/states.h"
#include "rules/document.h"

// From the text of an element to its value (section 9 of rules.md).
namespace sup::rules {

// Where messages go, and how they begin.
struct Reporter {
    std::string path;
    std::vector<std::string>* warnings = nullptr;

    std::string where(const XmlElement& element) const;
    // `file:line: what`.
    void warn(const XmlElement& at, std::string_view what) const;
};

// Reads the children of one element. A child that is absent or empty has no value; a child with a
// bad value is reported and has none either, so that what is inherited stays.
class ValueReader {
public:
    // `subject` is how messages call the element: "application 'db'".
    ValueReader(const Reporter& reporter, const XmlElement& element, std::string subject)
        : reporter_(reporter), element_(element), subject_(std::move(subject)) {}

    // The child with a text, or null.
    const XmlElement* child(std::string_view name) const;
    void refuse(const XmlElement& child, std::string_view why) const;

    std::optional<std::string> text(std::string_view name) const;
    // A list with at least one name.
    std::optional<std::string> identifiers() const;
    std::optional<int> sequence(std::string_view name) const;
    std::optional<int> loading(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;

    // Exact, case-sensitive, without blanks around.
    template <typename Enum>
    std::optional<Enum> enumeration(std::string_view name) const {
        const XmlElement* found = child(name);
        if (found == nullptr) {
            return std::nullopt;
        }
        const auto value = parse_name<Enum>(found->text);
        if (!value) {
            refuse_name(*found, names_of<Enum>());
        }
        return value;
    }

    const std::string& subject() const { return subject_; }

private:
    struct Range {
        int low = 0;
        int high = 0;
    };
    std::optional<int> integer(std::string_view name, Range range) const;
    void refuse_name(const XmlElement& child, const std::vector<std::string>& names) const;

    const Reporter& reporter_;
    const XmlElement& element_;
    std::string subject_;
};

}  // namespace sup::rules
