#include "common/base/text.h"
#include "rules/pattern_translator.h"

namespace sup::rules {
namespace {

bool is_digit(wchar_t c) {
    return c >= L'0' && c <= L'9';
}
bool is_octal(wchar_t c) {
    return c >= L'0' && c <= L'7';
}
// \d, \D and the like.
bool is_class_letter(wchar_t c) {
    return std::wstring_view(L"dDwWsS").find(c) != std::wstring_view::npos;
}
bool is_letter(wchar_t c) {
    return (c >= L'a' && c <= L'z') || (c >= L'A' && c <= L'Z');
}

std::optional<unsigned> hex_value(wchar_t c) {
    if (is_digit(c)) {
        return static_cast<unsigned>(c - L'0');
    }
    const wchar_t lower = c >= L'A' && c <= L'F' ? c - L'A' + L'a' : c;
    if (lower >= L'a' && lower <= L'f') {
        return static_cast<unsigned>(lower - L'a') + 10;
    }
    return std::nullopt;
}

}  // namespace

Status Translator::escape() {
    ++at_;
    const wchar_t c = peek();
    if (is_class_letter(c)) {
        out_ += L'\\';
        out_ += c;
        ++at_;
        add({{1}, Repeatable::Yes});
        return {};
    }
    if (c == L'A' || c == L'Z' || c == L'b' || c == L'B') {
        ++at_;
        out_ += c == L'A' ? L"^" : c == L'Z' ? L"$" : c == L'b' ? L"\\b" : L"\\B";
        add({{1}, Repeatable::No});
        return {};
    }
    const bool octal = c == L'0' || (is_octal(c) && is_octal(peek(1)) && is_octal(peek(2)));
    if (is_digit(c) && !octal) {
        std::size_t number = static_cast<std::size_t>(c - L'0');
        ++at_;
        if (is_digit(peek())) {
            number = number * 10 + static_cast<std::size_t>(peek() - L'0');
            ++at_;
        }
        return back_reference(number);
    }
    const auto character = character_escape();
    if (!character) {
        return character.error();
    }
    if (!*character) {
        return at(item_, "this escape is not known");
    }
    add_character(**character);
    return {};
}

// The character that the escape at the current place stands for (the backslash is behind); nothing
// when it is another kind of escape.
Result<std::optional<wchar_t>> Translator::character_escape() {
    if (at_ >= source_.size()) {
        return at(item_, "a backslash ends the pattern");
    }
    const wchar_t c = source_[at_++];
    constexpr std::wstring_view kLetters = L"afnrtv";
    constexpr std::wstring_view kControls = L"\a\f\n\r\t\v";
    if (const auto place = kLetters.find(c); place != std::wstring_view::npos) {
        return std::optional(kControls[place]);
    }
    if (c == L'x' || c == L'u' || c == L'U') {
        const auto code = hexadecimal(c == L'x' ? 2 : c == L'u' ? 4 : 8);
        return code ? Result<std::optional<wchar_t>>(std::optional(*code)) : code.error();
    }
    if (is_octal(c)) {
        wchar_t code = c - L'0';
        for (int digits = 1; digits < 3 && is_octal(peek()); ++digits) {
            code = code * 8 + (source_[at_++] - L'0');
        }
        if (code == 0 || code > 0377) {
            return at(item_, "this octal escape is not a character of a name");
        }
        return std::optional(code);
    }
    if (is_letter(c) || is_digit(c)) {
        return std::optional<wchar_t>();
    }
    return std::optional(c);
}

Result<wchar_t> Translator::hexadecimal(std::size_t digits) {
    unsigned long code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const auto value = hex_value(peek());
        if (!value) {
            return at(item_, concat("this escape needs ", digits, " hexadecimal digits"));
        }
        code = code * 16 + *value;
        ++at_;
    }
    if (code == 0 || code > 0x10ffff) {
        return at(item_, "this escape is not a character of a name");
    }
    return static_cast<wchar_t>(code);
}

void Translator::emit_in_class(wchar_t character) {
    if (std::wstring_view(L"\\]^-[").find(character) != std::wstring_view::npos) {
        out_ += L'\\';
    }
    out_ += character;
}

// One character of a class, not yet written; nothing for a class escape, which is written.
Result<std::optional<wchar_t>> Translator::class_item() {
    const wchar_t c = source_[at_++];
    if (c != L'\\') {
        return std::optional(c);
    }
    const wchar_t escaped = peek();
    if (escaped == L'b') {
        ++at_;
        return std::optional(L'\b');
    }
    if (is_class_letter(escaped)) {
        ++at_;
        out_ += L'\\';
        out_ += escaped;
        return std::optional<wchar_t>();
    }
    auto character = character_escape();
    if (character && !*character) {
        return at(item_, "this class holds an escape that is not known");
    }
    return character;
}

Status Translator::class_range() {
    const auto low = class_item();
    if (!low) {
        return low.error();
    }
    if (peek() != L'-' || peek(1) == L']' || at_ + 1 >= source_.size()) {
        if (*low) {
            emit_in_class(**low);
        }
        return {};
    }
    ++at_;
    const auto high = class_item();
    if (!high) {
        return high.error();
    }
    if (!*low || !*high || **high < **low) {
        return at(item_, "this class holds a bad range of characters");
    }
    emit_in_class(**low);
    out_ += L'-';
    emit_in_class(**high);
    return {};
}

Status Translator::character_class() {
    ++at_;
    out_ += L'[';
    if (take(L"^")) {
        out_ += L'^';
    }
    const std::size_t first = at_;
    while (at_ < source_.size()) {
        if (source_[at_] == L']' && at_ != first) {
            ++at_;
            out_ += L']';
            add({{1}, Repeatable::Yes});
            return {};
        }
        if (auto done = class_range(); !done) {
            return done;
        }
    }
    return at(item_, "this class is never closed");
}

}  // namespace sup::rules
