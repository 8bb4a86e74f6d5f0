#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sup::scenarios {

// One directive of a transcript with the output that is expected of it.
struct Block {
    std::vector<std::string> prologue;  // comments and blank lines before it, kept as they are
    std::vector<std::string> input;     // the directive, then the lines that belong to it
    std::vector<std::string> output;    // between `----` and the next blank line
    std::size_t line = 0;               // of the directive, from 1
};

struct Transcript {
    std::vector<Block> blocks;
    std::vector<std::string> epilogue;
};

Transcript parse_transcript(std::string_view text);
std::string print_transcript(const Transcript& transcript);

// The words of a directive: those with an `=` are options.
struct Words {
    std::vector<std::string> plain;
    std::vector<std::pair<std::string, std::string>> options;

    // The value of an option, or `otherwise`. Remembers that it was asked for.
    std::string option(std::string_view name, std::string_view otherwise = "") const;
    bool has(std::string_view name) const;
    const std::string& at(std::size_t index) const;
    std::vector<std::string> from(std::size_t index) const;
};
Words parse_words(std::string_view line);

}  // namespace sup::scenarios
