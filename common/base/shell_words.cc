#include "common/base/shell_words.h"

#include <optional>
#include <utility>

#include "common/base/text.h"

namespace sup {
namespace {

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// What a backslash keeps inside double quotes.
constexpr bool is_special(char c) {
    return c == '\\' || c == '"' || c == '$' || c == '`' || c == '\n';
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    Result<std::vector<std::string>> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (is_blank(c)) {
                end_word();
                ++at_;
                continue;
            }
            if (auto done = take(c); !done) {
                return done.error();
            }
        }
        end_word();
        return std::move(words_);
    }

private:
    Status take(char c) {
        if (c == '\'' || c == '"') {
            return take_quoted(c);
        }
        if (c != '\\') {
            word() += text_[at_++];
            return {};
        }
        if (at_ + 1 == text_.size()) {
            return Error{
                concat("the backslash at the end, at position ", at_ + 1, ", keeps no character")};
        }
        if (text_[at_ + 1] != '\n') {
            word() += text_[at_ + 1];
        }
        at_ += 2;
        return {};
    }

    Status take_quoted(char quote) {
        const auto start = at_++;
        word();
        while (at_ < text_.size() && text_[at_] != quote) {
            const bool keeps = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                               is_special(text_[at_ + 1]);
            at_ += keeps ? 1 : 0;
            if (!keeps || text_[at_] != '\n') {
                word() += text_[at_];
            }
            ++at_;
        }
        if (at_ == text_.size()) {
            return Error{concat("the quote ", quote, " at position ", start + 1, " is not closed")};
        }
        ++at_;
        return {};
    }

    std::string& word() {
        if (!word_) {
            word_.emplace();
        }
        return *word_;
    }
    void end_word() {
        if (auto word = std::exchange(word_, std::nullopt)) {
            words_.push_back(std::move(*word));
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::optional<std::string> word_;
    std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
    if (text.size() > kMaxArgumentsLength) {
        return Error{
            concat(text.size(), " bytes of arguments, at most ", kMaxArgumentsLength, " expected")};
    }
    if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
        return Error{concat("a NUL at position ", nul + 1, ", which no argument can hold")};
    }
    return Splitter(text).run();
}

}  // namespace sup
