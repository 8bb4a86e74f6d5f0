#include "rules/pattern.h"

#include <algorithm>
#include <iterator>
#include <locale>
#include <regex>

#include "common/base/text.h"
#include "rules/pattern_syntax.h"

namespace sup::rules {
namespace {

// Far above what a sensible pattern needs for a name of the greatest length.
constexpr std::size_t kMaxSteps = 200'000;

// The search recurses for each character through the states of a loop: about 1300 bytes for each of
// these steps in a build with sanitizers, hence 4 MB here; a third of that in others.
constexpr std::size_t kMaxLoopSteps = 3000;

// Thrown out of the search of the library when the budget is spent; it never leaves this file.
struct OutOfSteps {};

// Walks over a name and counts what the search does, the only way to stop it.
class MeteredIterator {
public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = wchar_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const wchar_t*;
    using reference = const wchar_t&;

    MeteredIterator() = default;
    MeteredIterator(pointer at, std::size_t* steps) : at_(at), steps_(steps) {}

    reference operator*() const {
        count();
        return *at_;
    }
    MeteredIterator& operator++() {
        ++at_;
        return *this;
    }
    MeteredIterator operator++(int) {
        const MeteredIterator before = *this;
        ++at_;
        return before;
    }
    MeteredIterator& operator--() {
        --at_;
        return *this;
    }
    MeteredIterator operator--(int) {
        const MeteredIterator before = *this;
        --at_;
        return before;
    }
    bool operator==(const MeteredIterator& other) const {
        count();
        return at_ == other.at_;
    }
    bool operator!=(const MeteredIterator& other) const { return !(*this == other); }

    pointer at() const { return at_; }

private:
    void count() const {
        if (steps_ != nullptr && ++*steps_ > kMaxSteps) {
            throw OutOfSteps{};
        }
    }

    pointer at_ = nullptr;
    std::size_t* steps_ = nullptr;
};

}  // namespace

struct Pattern::Compiled {
    std::wregex regex;
    std::size_t max_length = kMaxNameLength;  // of a name, in characters
};

Pattern::Pattern(std::string_view text, std::unique_ptr<const Compiled> compiled)
    : text_(text), compiled_(std::move(compiled)) {}

Pattern::~Pattern() = default;

Result<std::shared_ptr<const Pattern>> Pattern::compile(std::string_view text) {
    const auto translated = translate_python_pattern(text);
    if (!translated) {
        return translated.error();
    }
    auto flags = std::regex_constants::ECMAScript;
    if (translated->letter_case == LetterCase::Ignored) {
        flags |= std::regex_constants::icase;
    }
    try {
        auto compiled = std::make_unique<Compiled>();
        const std::size_t loop_states = std::max<std::size_t>(1, translated->loop_states);
        compiled->max_length = std::min(kMaxNameLength, kMaxLoopSteps / loop_states);
        compiled->regex.imbue(std::locale::classic());
        compiled->regex.assign(translated->text, flags);
        return std::make_shared<const Pattern>(text, std::move(compiled));
    } catch (const std::regex_error& failure) {
        return Error{concat("it is not a valid regular expression: ", failure.what())};
    }
}

Pattern::Outcome Pattern::run(std::string_view name, Scope scope) const {
    const std::wstring characters = decode_characters(name);
    if (characters.size() > compiled_->max_length) {
        return {Verdict::GaveUp, 0};
    }
    std::size_t steps = 0;
    const MeteredIterator first(characters.data(), &steps);
    const MeteredIterator last(characters.data() + characters.size(), &steps);
    try {
        std::match_results<MeteredIterator> found;
        const bool matched = scope == Scope::Whole
                                 ? std::regex_match(first, last, found, compiled_->regex)
                                 : std::regex_search(first, last, found, compiled_->regex);
        if (!matched) {
            return {Verdict::NoMatch, 0};
        }
        const auto length = found[0].second.at() - found[0].first.at();
        return {Verdict::Match, static_cast<std::size_t>(length)};
    } catch (const OutOfSteps&) {
        return {Verdict::GaveUp, 0};
    } catch (const std::regex_error&) {  // the library's own limit
        return {Verdict::GaveUp, 0};
    }
}

Pattern::Outcome Pattern::search(std::string_view name) const {
    return run(name, Scope::Anywhere);
}

Pattern::Outcome Pattern::match_whole(std::string_view name) const {
    return run(name, Scope::Whole);
}

}  // namespace sup::rules
