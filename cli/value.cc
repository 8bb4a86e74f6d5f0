#include "cli/value.h"

#include <charconv>

#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

const Value kNull;

// The shortest text that reads back as the same number, always with a point, as in Python.
std::string double_text(double number) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    std::string text(digits, end);
    if (text.find_first_of(".en") == std::string::npos) {
        text += ".0";
    }
    return text;
}

std::string quoted(const Value& value) {
    const auto* text = std::get_if<std::string>(&value.content);
    return text ? concat("'", *text, "'") : value.text();
}

std::string list_text(const Value::List& list) {
    std::string text;
    for (const auto& item : list) {
        text += concat(text.empty() ? "" : ", ", quoted(item));
    }
    return concat("[", text, "]");
}

std::string members_text(const Value::Members& members) {
    std::string text;
    for (const auto& [name, value] : members) {
        text += concat(text.empty() ? "'" : ", '", name, "': ", quoted(value));
    }
    return concat("{", text, "}");
}

}  // namespace

const Value& Value::operator[](std::string_view member) const {
    if (const auto* members = std::get_if<Members>(&content)) {
        if (const auto found = members->find(member); found != members->end()) {
            return found->second;
        }
    }
    return kNull;
}

const Value& Value::operator[](std::size_t index) const {
    return index < list().size() ? list()[index] : kNull;
}

std::string Value::text() const {
    return std::visit(Overloaded{[](std::monostate) { return std::string("n/a"); },
                                 [](bool flag) { return std::string(flag ? "True" : "False"); },
                                 [](std::int64_t number) { return concat(number); },
                                 [](double number) { return double_text(number); },
                                 [](const std::string& text) { return text; },
                                 [](const List& items) { return list_text(items); },
                                 [](const Members& members) { return members_text(members); }},
                      content);
}

std::int64_t Value::integer() const {
    if (const auto* number = std::get_if<std::int64_t>(&content)) {
        return *number;
    }
    const auto* real = std::get_if<double>(&content);
    constexpr double kLimit = 9e18;
    return real && *real > -kLimit && *real < kLimit ? static_cast<std::int64_t>(*real) : 0;
}

bool Value::truth() const {
    const auto* flag = std::get_if<bool>(&content);
    return flag ? *flag : integer() != 0;
}

const Value::List& Value::list() const {
    static const List kEmpty;
    const auto* items = std::get_if<List>(&content);
    return items ? *items : kEmpty;
}

}  // namespace sup::cli
