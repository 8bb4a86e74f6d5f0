#include "rules/values.h"

#include <array>

#include "common/base/text.h"

namespace sup::rules {
namespace {

struct BooleanWord {
    std::string_view word;
    bool value = false;
};
constexpr auto kBooleanWords = std::to_array<BooleanWord>({
    {"true", true},
    {"t", true},
    {"yes", true},
    {"y", true},
    {"on", true},
    {"1", true},
    {"false", false},
    {"f", false},
    {"no", false},
    {"n", false},
    {"off", false},
    {"0", false},
});

bool is_number(std::string_view text) {
    const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string Reporter::where(const XmlElement& element) const {
    return concat(path, ":", element.line);
}

void Reporter::warn(const XmlElement& at, std::string_view what) const {
    warnings->push_back(concat(where(at), ": ", what));
}

const XmlElement* ValueReader::child(std::string_view name) const {
    for (const auto& candidate : element_.children) {
        if (candidate.name == name) {
            return candidate.text.empty() ? nullptr : &candidate;
        }
    }
    return nullptr;
}

void ValueReader::refuse(const XmlElement& child, std::string_view why) const {
    reporter_.warn(child, concat(subject_, ", ", child.name, ": ", why));
}

std::optional<std::string> ValueReader::text(std::string_view name) const {
    const XmlElement* found = child(name);
    return found == nullptr ? std::nullopt : std::optional(found->text);
}

std::optional<std::string> ValueReader::identifiers() const {
    const XmlElement* found = child("identifiers");
    if (found == nullptr) {
        return std::nullopt;
    }
    if (split_list(found->text).empty()) {
        refuse(*found, "it names nothing: a comma-separated list of identifiers was expected");
        return std::nullopt;
    }
    return found->text;
}

std::optional<int> ValueReader::integer(std::string_view name, Range range) const {
    const XmlElement* found = child(name);
    if (found == nullptr) {
        return std::nullopt;
    }
    std::string_view digits = trim(found->text);
    if (digits.starts_with('+') && !digits.starts_with("+-")) {
        digits.remove_prefix(1);
    }
    const auto value = parse_integer(digits);
    if (value && *value >= range.low && *value <= range.high) {
        return static_cast<int>(*value);
    }
    const std::string limits = concat("between ", range.low, " and ", range.high);
    refuse(*found, is_number(digits)
                       ? concat(shorten(digits), " is not ", limits)
                       : concat("'", shorten(found->text), "' is not an integer ", limits));
    return std::nullopt;
}

std::optional<int> ValueReader::sequence(std::string_view name) const {
    return integer(name, {0, 127});
}

std::optional<int> ValueReader::loading(std::string_view name) const {
    return integer(name, {0, 100});
}

std::optional<bool> ValueReader::boolean(std::string_view name) const {
    const XmlElement* found = child(name);
    if (found == nullptr) {
        return std::nullopt;
    }
    const std::string word = to_lower(found->text);
    for (const auto& entry : kBooleanWords) {
        if (entry.word == word) {
            return entry.value;
        }
    }
    refuse(*found, concat("'", shorten(found->text), "' is not true or false"));
    return std::nullopt;
}

void ValueReader::refuse_name(const XmlElement& child,
                              const std::vector<std::string>& names) const {
    const auto meant = nearest(trim(child.text), names);
    refuse(child, concat("'", shorten(child.text), "' is not one of ", join(names, ", "),
                         meant ? concat(" ('", *meant, "'?)") : ""));
}

}  // namespace sup::rules
