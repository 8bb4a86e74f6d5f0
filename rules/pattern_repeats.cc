#include <algorithm>

#include "common/base/text.h"
#include "rules/pattern_translator.h"

namespace sup::rules {
namespace {

constexpr std::size_t kMaxCount = 1000;
constexpr std::size_t kLoopStates = 2;

bool is_digit(wchar_t c) {
    return c >= L'0' && c <= L'9';
}

}  // namespace

// `{m}`, `{m,}`, `{,n}` or `{m,n}` at the current place; in Python any other brace is a character.
std::optional<Count> Translator::braces() const {
    std::size_t i = at_ + 1;
    const auto number = [&]() -> std::optional<std::size_t> {
        const std::size_t first = i;
        std::size_t value = 0;
        for (; i < source_.size() && is_digit(source_[i]); ++i) {
            value =
                std::min(kMaxCount + 1, value * 10 + static_cast<std::size_t>(source_[i] - L'0'));
        }
        return i == first ? std::nullopt : std::optional(value);
    };
    const auto low = number();
    Count count{low.value_or(0), low, 0};
    const bool comma = i < source_.size() && source_[i] == L',';
    if (comma) {
        ++i;
        count.high = number();
    }
    if ((!low && !comma) || i >= source_.size() || source_[i] != L'}') {
        return std::nullopt;
    }
    count.end = i + 1;
    return count;
}

Status Translator::quantifier() {
    Count count{0, std::nullopt, at_ + 1};
    const wchar_t c = source_[at_];
    if (c == L'{') {
        count = *braces();
    } else if (c == L'+') {
        count.low = 1;
    } else if (c == L'?') {
        count.high = 1;
    }
    if (groups_.back().piece.repeatable == Repeatable::No) {
        return at(item_, "there is nothing to repeat before this");
    }
    if (count.low > kMaxCount || count.high.value_or(0) > kMaxCount) {
        return at(item_, concat("a repeat count is at most ", kMaxCount));
    }
    if (count.high && *count.high < count.low) {
        return at(item_, "the smaller repeat count comes first");
    }
    at_ = count.end;
    return repeat(count);
}

Status Translator::repeat(const Count& count) {
    if (source_[item_] != L'{') {
        out_ += source_[item_];
    } else {
        out_ += L'{' + std::to_wstring(count.low) + L',';
        out_ += (count.high ? std::to_wstring(*count.high) : L"") + L'}';
    }
    if (peek() == L'+') {
        return at(item_, "possessive repeats are not supported");
    }
    if (take(L"?")) {
        out_ += L'?';
    }
    Piece& piece = groups_.back().piece;
    piece.repeatable = Repeatable::No;
    const std::size_t body = piece.cost.states + kLoopStates;
    if (!count.high) {
        piece.cost.loop = std::max(piece.cost.loop, body);
    }
    const std::size_t copies = count.high ? *count.high : count.low + 1;
    piece.cost.states = std::min(kMaxStates + 1, body * std::max<std::size_t>(1, copies));
    return {};
}

}  // namespace sup::rules
