#include "agent/codec/supvisors_arguments.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/base/text.h"

namespace sup::codec {
namespace {

using Checked = std::variant<Argument, Fault>;

Fault incorrect(std::string detail) {
    return {FaultCode::IncorrectParameters, std::move(detail)};
}

template <typename Enum>
std::string codes_of() {
    std::vector<std::string> codes;
    for (const auto& entry : kNamesOf<Enum>) {
        codes.push_back(concat(code_of(entry.value)));
    }
    return concat("[", join(codes, ", "), "]");
}

// How fault texts call the enumeration, and how its names are written.
struct Spelling {
    std::string_view title;
    bool any_case = false;
};

// A name or a code (section 1.7). A boolean is not a number here.
template <typename Enum>
Checked check_enumeration(const Value& given, const Spelling& spelling) {
    if (const auto* name = std::get_if<std::string>(&given.content)) {
        if (const auto found = parse_name<Enum>(spelling.any_case ? to_lower(*name) : *name)) {
            return Argument{*found};
        }
        return incorrect(concat("invalid ", spelling.title, " value=", *name,
                                " - string expected in ", python_list(names_of<Enum>())));
    }
    if (const auto* code = std::get_if<std::int32_t>(&given.content)) {
        if (const auto found = parse_code<Enum>(*code)) {
            return Argument{*found};
        }
        return incorrect(concat("invalid ", spelling.title, " value=", *code,
                                " - integer expected in ", codes_of<Enum>()));
    }
    return incorrect(concat("invalid ", spelling.title, " value=", python_text(given),
                            " type=", python_class(given), " - type string or integer expected"));
}

Checked check_text(const Value& given) {
    if (const auto* text = std::get_if<std::string>(&given.content)) {
        return Argument{*text};
    }
    return incorrect({});
}

Checked check_values(const Parameter& declared, const Value& given) {
    if (const auto* values = std::get_if<Array>(&given.content)) {
        return Argument{*values};
    }
    return incorrect(
        concat("invalid ", declared.name, " type=", python_class(given), " - type list expected"));
}

// The limits are those of the option stats_collecting_period.
Checked check_period(const Parameter& declared, const Value& given) {
    constexpr double kLeast = 1;
    constexpr double kMost = 3600;
    const auto* whole = std::get_if<std::int32_t>(&given.content);
    const auto* fraction = std::get_if<double>(&given.content);
    if (whole == nullptr && fraction == nullptr) {
        return incorrect(concat("invalid ", declared.name, " type=", python_class(given),
                                " - type double or integer expected"));
    }
    const double seconds = whole != nullptr ? *whole : *fraction;
    if (seconds >= kLeast && seconds <= kMost) {  // false for what is no number
        return Argument{Duration{std::llround(seconds * 1000)}};
    }
    return incorrect(concat("invalid ", declared.name, " - seconds from 1.0 to 3600.0 expected"));
}

// Text and fractions are taken as Python's int() takes them; the core refuses what is no number, as
// it looks for the program first (section 7 of the API).
Argument read_count(const Value& given) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    const auto count = [](std::int64_t number, std::string written) {
        const bool is_count = number > 0 && number <= kMost;
        return Count{is_count ? static_cast<std::int32_t>(number) : 0, std::move(written)};
    };
    if (const auto* number = std::get_if<std::int32_t>(&given.content)) {
        return count(*number, concat(*number));
    }
    if (const auto* fraction = std::get_if<double>(&given.content)) {
        const bool is_near = *fraction > 0 && *fraction < static_cast<double>(kMost);
        const auto whole = is_near ? static_cast<std::int64_t>(*fraction) : 0;
        return count(whole, concat(whole));
    }
    if (const auto* text = std::get_if<std::string>(&given.content)) {
        return count(parse_integer(trim(*text)).value_or(0), *text);
    }
    if (const auto* flag = std::get_if<bool>(&given.content)) {
        return count(*flag ? 1 : 0, *flag ? "True" : "False");
    }
    return count(0, std::string(python_class(given)));
}

Checked check(const Parameter& declared, const Value& given) {
    switch (declared.kind) {
        case ParameterKind::Text:
            return check_text(given);
        case ParameterKind::Flag:
            return Argument{is_true(given)};
        case ParameterKind::StartingStrategy:
            return check_enumeration<StartingStrategy>(given, {"<enum 'StartingStrategies'>"});
        case ParameterKind::ConciliationStrategy:
            return check_enumeration<ConciliationStrategy>(given,
                                                           {"<enum 'ConciliationStrategies'>"});
        case ParameterKind::LogLevel:
            return check_enumeration<LogLevel>(given, {"logger", true});
        case ParameterKind::Period:
            return check_period(declared, given);
        case ParameterKind::Count:
            return read_count(given);
        case ParameterKind::Values:
            return check_values(declared, given);
    }
    return incorrect({});
}

}  // namespace

bool is_count_right(std::span<const Parameter> declared, std::size_t given) {
    const auto required =
        std::ranges::count_if(declared, [](const auto& one) { return !one.fallback.has_value(); });
    return given >= static_cast<std::size_t>(required) && given <= declared.size();
}

std::variant<Arguments, Fault> check_arguments(std::span<const Parameter> declared,
                                               std::span<const Value> given) {
    SUP_CHECK(is_count_right(declared, given.size()), "the count is checked first");
    std::vector<Argument> arguments;
    for (std::size_t i = 0; i < declared.size(); ++i) {
        if (i >= given.size()) {
            arguments.push_back(*declared[i].fallback);
            continue;
        }
        auto checked = check(declared[i], given[i]);
        if (auto* fault = std::get_if<Fault>(&checked)) {
            return std::move(*fault);
        }
        arguments.push_back(std::move(std::get<Argument>(checked)));
    }
    return Arguments(std::move(arguments));
}

std::string_view type_of(ParameterKind kind) {
    switch (kind) {
        case ParameterKind::Flag:
            return "boolean";
        case ParameterKind::Period:
            return "double";
        case ParameterKind::Count:
            return "int";
        case ParameterKind::Values:
            return "array";
        case ParameterKind::Text:
        case ParameterKind::StartingStrategy:
        case ParameterKind::ConciliationStrategy:
        case ParameterKind::LogLevel:
            return "string";
    }
    return "string";
}

}  // namespace sup::codec
