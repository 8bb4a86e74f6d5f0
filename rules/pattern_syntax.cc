#include "rules/pattern_syntax.h"

#include <algorithm>

#include "common/base/text.h"
#include "rules/pattern.h"
#include "rules/pattern_translator.h"

namespace sup::rules {
Result<EcmaPattern> Translator::run() {
    // Captures cost stack at each repetition: without a reference to them, groups are plain.
    keep_captures_ = has_back_reference();
    while (at_ < source_.size()) {
        item_ = at_;
        if (auto done = item(); !done) {
            return done.error();
        }
    }
    if (groups_.size() > 1) {
        return at(groups_.back().at, "this parenthesis is never closed");
    }
    flush();
    const Cost& cost = groups_.front().cost;
    if (cost.states > kMaxStates || cost.loop + cost.lookahead > kMaxLoopStates) {
        return Error{"it is too complex: its repeats span too much"};
    }
    return EcmaPattern{std::move(out_), letter_case_, cost.loop + cost.lookahead};
}

Error Translator::at(std::size_t index, std::string_view what) const {
    return Error{concat("at character ", index + 1, ": ", what)};
}

wchar_t Translator::peek(std::size_t offset) const {
    return at_ + offset < source_.size() ? source_[at_ + offset] : L'\0';
}

bool Translator::take(std::wstring_view text) {
    if (std::wstring_view(source_).substr(at_, text.size()) != text) {
        return false;
    }
    at_ += text.size();
    return true;
}

bool Translator::has_back_reference() const {
    for (std::size_t i = 0; i + 1 < source_.size(); ++i) {
        if (source_[i] != L'\\') {
            continue;
        }
        if (source_[i + 1] >= L'0' && source_[i + 1] <= L'9') {
            return true;
        }
        ++i;
    }
    return source_.find(L"(?P=") != std::wstring::npos;
}

void Translator::flush() {
    auto& group = groups_.back();
    group.cost.states += group.piece.cost.states;
    group.cost.loop = std::max(group.cost.loop, group.piece.cost.loop);
    group.cost.lookahead = std::max(group.cost.lookahead, group.piece.cost.lookahead);
    group.piece = {};
}

void Translator::add(Piece piece) {
    flush();
    groups_.back().piece = piece;
}

void Translator::add_character(wchar_t character) {
    constexpr std::wstring_view kSyntax = L"^$\\.*+?()[]{}|";
    if (kSyntax.find(character) != std::wstring_view::npos) {
        out_ += L'\\';
    }
    out_ += character;
    add({{1}, Repeatable::Yes});
}

Status Translator::item() {
    const wchar_t c = source_[at_];
    switch (c) {
        case L'(':
            return open_group();
        case L')':
            return close_group();
        case L'[':
            return character_class();
        case L'\\':
            return escape();
        case L'*':
        case L'+':
        case L'?':
            return quantifier();
        case L'{':
            if (braces()) {
                return quantifier();
            }
            break;
        case L'|':
            ++at_;
            out_ += c;
            add({{1}, Repeatable::No});
            return {};
        case L'^':
        case L'$':
            ++at_;
            out_ += c;
            add({{1}, Repeatable::No});
            return {};
        case L'.':
            ++at_;
            out_ += c;
            add({{1}, Repeatable::Yes});
            return {};
        default:
            break;
    }
    ++at_;
    add_character(c);
    return {};
}

Result<EcmaPattern> translate_python_pattern(std::string_view text) {
    std::wstring characters = decode_characters(text);
    if (characters.size() > Pattern::kMaxTextLength) {
        return Error{concat("it is longer than ", Pattern::kMaxTextLength, " characters")};
    }
    if (characters.find(L'\0') != std::wstring::npos) {
        return Error{"it holds a NUL character"};
    }
    return Translator(std::move(characters)).run();
}

}  // namespace sup::rules
