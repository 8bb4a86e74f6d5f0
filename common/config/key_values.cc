#include "common/config/key_values.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/config/paths.h"
#include "common/config/python_text.h"

namespace sup::config {
namespace {

bool is_one_of(std::string_view set, std::string_view sign) {
    return sign.size() == 1 && set.find(sign) != std::string_view::npos;
}
bool is_word_sign(std::string_view sign) {
    constexpr std::string_view kWordSigns =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.+-():";
    return is_one_of(kWordSigns, sign);
}
bool is_blank(std::string_view sign) {
    return is_one_of(" \t\r\n", sign);
}
bool is_quote(std::string_view sign) {
    return is_one_of("'\"", sign);
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : rest_(text) {}

    Result<std::vector<std::string>> run() {
        while (!rest_.empty()) {
            const auto sign = next();
            if (sign == "#") {
                skip_line();
            } else if (is_quote(sign)) {
                const auto end = rest_.find(sign);
                if (end == std::string_view::npos) {
                    return Error{concat("the quote ", sign, " is never closed")};
                }
                words_.push_back(concat(sign, rest_.substr(0, end), sign));
                rest_.remove_prefix(end + 1);
            } else if (is_word_sign(sign)) {
                read_word(sign);
            } else if (!is_blank(sign)) {
                words_.emplace_back(sign);
            }
        }
        return std::move(words_);
    }

private:
    std::string_view next() {
        const auto sign = rest_.substr(0, first_code_point(rest_).length);
        rest_.remove_prefix(sign.size());
        return sign;
    }

    void skip_line() {
        const auto end = rest_.find('\n');
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    }

    // Quotes inside a word are plain signs of it, and a comment does not end it.
    void read_word(std::string_view first) {
        std::string word(first);
        std::string_view sign;
        while (!rest_.empty()) {
            sign = next();
            if (sign == "#") {
                skip_line();
            } else if (is_word_sign(sign) || is_quote(sign)) {
                word += sign;
            } else {
                words_.push_back(std::move(word));
                if (!is_blank(sign)) {
                    words_.emplace_back(sign);
                }
                return;
            }
        }
        words_.push_back(std::move(word));
    }

    std::string_view rest_;
    std::vector<std::string> words_;
};

std::string without_quotes(std::string_view text) {
    const auto first = text.find_first_not_of("'\"");
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(first, text.find_last_not_of("'\"") - first + 1));
}

// Words of a command line, quotes taken away.
std::vector<std::string> command_words(std::string_view command) {
    std::vector<std::string> words;
    char quote = '\0';
    bool in_word = false;
    for (const char c : command) {
        const bool is_space = quote == '\0' && is_blank({&c, 1});
        if (!is_space && !in_word) {
            words.emplace_back();
        }
        in_word = !is_space;
        if (c == quote) {
            quote = '\0';
        } else if (quote == '\0' && is_quote({&c, 1})) {
            quote = c;
        } else if (!is_space) {
            words.back() += c;
        }
    }
    return words;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 8> kWrappers = {"env",   "exec",   "nice",   "ionice",
                                                       "nohup", "setsid", "stdbuf", "chrt"};
constexpr std::array<std::string_view, 3> kShells = {"sh", "bash", "dash"};

// A word that belongs to the wrapper before the program: -n 5, NAME=value.
bool is_wrapper_word(std::string_view word) {
    return word.starts_with('-') || word.find('=') != std::string_view::npos ||
           parse_integer(word).has_value();
}

}  // namespace

Result<std::vector<std::string>> environment_words(std::string_view text) {
    return Lexer(text).run();
}

Result<KeyValues> parse_key_values(std::string_view text) {
    const auto words = environment_words(text);
    if (!words) {
        return words.error();
    }
    KeyValues pairs;
    // Three words, then one that is skipped whatever it is: supervisord does not look at it either.
    for (std::size_t at = 0; at < words->size(); at += 4) {
        if (at + 2 >= words->size() || (*words)[at + 1] != "=") {
            // The values may be secret: only the rank of the faulty pair is told.
            return Error{concat("pair ", at / 4 + 1, " is not KEY=\"value\"; expected such pairs, ",
                                "separated by commas")};
        }
        pairs.emplace_back((*words)[at], without_quotes((*words)[at + 2]));
    }
    return pairs;
}

bool does_command_run(std::string_view command, std::string_view program) {
    const auto words = command_words(command);
    bool in_wrapper = false;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto name = path_base_name(words[at]);
        if (name == program) {
            return true;
        }
        if (contains(kShells, name)) {
            const bool has_script = at + 2 < words.size() && words[at + 1].ends_with('c') &&
                                    words[at + 1].starts_with('-');
            return has_script && does_command_run(words[at + 2], program);
        }
        if (!contains(kWrappers, name) && !(in_wrapper && is_wrapper_word(words[at]))) {
            return false;
        }
        in_wrapper = true;
    }
    return false;
}

}  // namespace sup::config
