#include "common/config/expand.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/overloaded.h"
#include "common/base/text.h"
#include "common/config/python_text.h"

namespace sup::config {
namespace {

// A width beyond this is a mistake; it would only fill the memory.
constexpr std::int64_t kMaxWidth = 10000;

// What stands between the percent sign and the letter.
struct Spec {
    bool is_left = false;
    bool has_plus = false;
    bool has_space = false;
    bool is_alternate = false;
    bool has_zero = false;
    std::size_t width = 0;
    std::optional<std::size_t> precision;
};

std::size_t length_of(std::string_view text) {
    return decode_utf8(text).size();
}

std::string pad(std::string text, const Spec& spec) {
    const auto length = length_of(text);
    if (length >= spec.width) {
        return text;
    }
    const std::string blanks(spec.width - length, ' ');
    return spec.is_left ? text + blanks : blanks + text;
}

std::string format_text(std::string_view text, const Spec& spec) {
    std::string out;
    const auto limit = spec.precision.value_or(text.size());
    for (std::size_t count = 0; !text.empty() && count < limit; ++count) {
        const auto point = first_code_point(text);
        out.append(text.substr(0, point.length));
        text.remove_prefix(point.length);
    }
    return pad(std::move(out), spec);
}

// Puts sign, prefix and digits together; zeros, when asked for, go between prefix and digits.
std::string assemble_number(std::string head, std::string digits, const Spec& spec) {
    const auto length = head.size() + digits.size();
    if (spec.has_zero && !spec.is_left && length < spec.width) {
        digits.insert(0, spec.width - length, '0');
    }
    return pad(head + digits, spec);
}

std::string sign_of(bool is_negative, const Spec& spec) {
    return is_negative ? "-" : spec.has_plus ? "+" : spec.has_space ? " " : "";
}

std::string format_integer(std::int64_t value, char letter, const Spec& spec) {
    const int base = letter == 'o' ? 8 : letter == 'x' || letter == 'X' ? 16 : 10;
    const auto magnitude =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    char buffer[72];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude, base).ptr;
    std::string digits(buffer, end);
    if (spec.precision && digits.size() < *spec.precision) {
        digits.insert(0, *spec.precision - digits.size(), '0');
    }
    const char* const base_prefix = base == 8 ? "0o" : letter == 'x' ? "0x" : "0X";
    const char* const prefix = spec.is_alternate && base != 10 ? base_prefix : "";
    return assemble_number(sign_of(value < 0, spec) + prefix,
                           letter == 'X' ? to_upper(digits) : digits, spec);
}

std::string format_real(std::int64_t value, char letter, const Spec& spec) {
    const std::string format = concat(spec.is_alternate ? "%#.*" : "%.*", letter);
    const double magnitude = value < 0 ? -static_cast<double>(value) : static_cast<double>(value);
    const int precision = static_cast<int>(spec.precision.value_or(6));
    std::string digits(static_cast<std::size_t>(precision) + 400, '\0');
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const int length =
        std::snprintf(digits.data(), digits.size(), format.c_str(), precision, magnitude);
#pragma GCC diagnostic pop
    digits.resize(static_cast<std::size_t>(std::max(length, 0)));
    return assemble_number(sign_of(value < 0, spec), digits, spec);
}

// repr() of a text.
std::string quoted(std::string_view text) {
    const bool use_double =
        text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
    const char quote = use_double ? '"' : '\'';
    std::string out(1, quote);
    for (const char c : text) {
        if (c == '\\' || c == quote) {
            out += '\\';
        }
        out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : std::string(1, c);
    }
    return out + quote;
}

std::string unknown_name(std::string_view name, const Expansions& names) {
    if (name.starts_with("ENV_")) {
        return concat("%(", name, ")s: the environment has no variable ", name.substr(4),
                      " (the agent needs the same environment as supervisord)");
    }
    std::vector<std::string> known;
    for (const auto& [known_name, value] : names) {
        if (!known_name.starts_with("ENV_")) {
            known.push_back(known_name);
        }
    }
    return concat("%(", name, ")s cannot be expanded; expected one of ", join(known, ", "),
                  " or ENV_x (a plain percent sign is written %%)");
}

// Walks along one text.
class Formatter {
public:
    Formatter(std::string_view text, const Expansions& names) : rest_(text), names_(names) {}

    Result<std::string> run() {
        std::string out;
        while (!rest_.empty()) {
            const auto percent = rest_.find('%');
            out.append(rest_.substr(0, percent));
            if (percent == std::string_view::npos) {
                break;
            }
            rest_.remove_prefix(percent + 1);
            auto piece = conversion();
            if (!piece) {
                return piece.error();
            }
            out.append(*piece);
        }
        return out;
    }

private:
    // Python hands the whole table to a conversion without name. Nobody wants that text, but it is
    // accepted there, once and in the first place.
    struct WholeTable {};
    struct Nothing {};
    using Argument = std::variant<Nothing, WholeTable, std::string, std::int64_t>;

    static Error incomplete() {
        return {"the text ends after a lone percent sign (a plain percent sign is written %%)"};
    }

    std::optional<char> take() {
        if (rest_.empty()) {
            return std::nullopt;
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    Status take_name() {
        if (!rest_.starts_with('(')) {
            return {};
        }
        int depth = 0;
        std::size_t end = 0;
        do {
            if (end == rest_.size()) {
                return Error{concat("'%", rest_, "' has no closing parenthesis")};
            }
            depth += rest_[end] == '(' ? 1 : rest_[end] == ')' ? -1 : 0;
            ++end;
        } while (depth > 0);
        const auto name = rest_.substr(1, end - 2);
        rest_.remove_prefix(end);
        const auto found = names_.find(name);
        if (found == names_.end()) {
            return Error{unknown_name(name, names_)};
        }
        std::visit([&](const auto& value) { argument_ = value; }, found->second);
        return {};
    }

    void take_flags(Spec& spec) {
        for (; !rest_.empty(); rest_.remove_prefix(1)) {
            switch (rest_.front()) {
                case '-':
                    spec.is_left = true;
                    break;
                case '+':
                    spec.has_plus = true;
                    break;
                case ' ':
                    spec.has_space = true;
                    break;
                case '#':
                    spec.is_alternate = true;
                    break;
                case '0':
                    spec.has_zero = true;
                    break;
                default:
                    return;
            }
        }
    }

    Result<std::size_t> take_number() {
        if (rest_.starts_with('*')) {
            return Error{"'*' is not possible here: there is nothing to take the width from"};
        }
        const auto end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        const auto digits = rest_.substr(0, end);
        rest_.remove_prefix(end);
        const auto number = digits.empty() ? std::optional<std::int64_t>(0) : parse_integer(digits);
        if (!number || *number > kMaxWidth) {
            return Error{concat("the width or precision ", digits, " is beyond ", kMaxWidth)};
        }
        return static_cast<std::size_t>(*number);
    }

    Result<Spec> take_spec() {
        Spec spec;
        take_flags(spec);
        const auto width = take_number();
        if (!width) {
            return width.error();
        }
        spec.width = *width;
        if (rest_.starts_with('.')) {
            rest_.remove_prefix(1);
            const auto precision = take_number();
            if (!precision) {
                return precision.error();
            }
            spec.precision = *precision;
        }
        if (rest_.starts_with('h') || rest_.starts_with('l') || rest_.starts_with('L')) {
            rest_.remove_prefix(1);
        }
        return spec;
    }

    Result<std::string> conversion() {
        if (rest_.starts_with('%')) {
            rest_.remove_prefix(1);
            return std::string("%");
        }
        if (auto named = take_name(); !named) {
            return named.error();
        }
        const auto spec = take_spec();
        if (!spec) {
            return spec.error();
        }
        const auto letter = take();
        if (!letter) {
            return incomplete();
        }
        const auto argument = std::exchange(argument_, Argument(Nothing{}));
        return convert(*letter, argument, *spec);
    }

    static Result<std::string> convert(char letter, const Argument& argument, const Spec& spec) {
        if (std::string_view("sradiuoxXeEfFgGc").find(letter) == std::string_view::npos) {
            return Error{concat("'%", letter,
                                "' is not a conversion; expected %(name)s or %(name)d ",
                                "(a plain percent sign is written %%)")};
        }
        if (std::holds_alternative<Nothing>(argument)) {
            return Error{concat("'%", letter, "' names nothing; expected %(name)", letter,
                                " (a plain percent sign is written %%)")};
        }
        if (const auto* number = std::get_if<std::int64_t>(&argument)) {
            return convert_number(letter, *number, spec);
        }
        const auto* text = std::get_if<std::string>(&argument);
        if (letter == 's') {
            return format_text(text == nullptr ? "{}" : *text, spec);
        }
        if (letter == 'r' || letter == 'a') {
            return format_text(text == nullptr ? "{}" : quoted(*text), spec);
        }
        if (letter == 'c' && text != nullptr && length_of(*text) == 1) {
            return pad(*text, spec);
        }
        return Error{
            concat("'%", letter, "' needs a number, and this is a text; expected %(name)s")};
    }

    static Result<std::string> convert_number(char letter, std::int64_t value, const Spec& spec) {
        switch (letter) {
            case 's':
            case 'r':
            case 'a':
                return format_text(concat(value), spec);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G':
                return format_real(value, letter, spec);
            case 'c':
                break;
            default:
                return format_integer(value, letter, spec);
        }
        if (value < 0 || value > 0x10ffff) {
            return Error{concat("'%c' cannot show the number ", value)};
        }
        std::string out;
        append_utf8(out, static_cast<char32_t>(value));
        return pad(std::move(out), spec);
    }

    std::string_view rest_;
    const Expansions& names_;
    Argument argument_ = WholeTable{};
};

}  // namespace

Result<std::string> expand(std::string_view text, const Expansions& names) {
    return Formatter(text, names).run();
}

}  // namespace sup::config
