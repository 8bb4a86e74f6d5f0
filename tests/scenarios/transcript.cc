#include "tests/scenarios/transcript.h"

#include <stdexcept>

#include "common/base/text.h"

namespace sup::scenarios {
namespace {

constexpr std::string_view kSeparator = "----";

}  // namespace

Transcript parse_transcript(std::string_view text) {
    Transcript transcript;
    Block block;
    enum class Part { Prologue, Input, Output } part = Part::Prologue;
    std::size_t number = 0;
    auto lines = split(text, '\n');
    if (!lines.empty() && lines.back().empty()) {
        lines.pop_back();
    }
    for (auto& line : lines) {
        ++number;
        const bool is_blank = trim(line).empty();
        if (part == Part::Output) {
            if (!is_blank) {
                block.output.push_back(std::move(line));
                continue;
            }
            transcript.blocks.push_back(std::move(block));
            block = {};
            part = Part::Prologue;
        }
        if (part == Part::Input && line == kSeparator) {
            part = Part::Output;
        } else if (part == Part::Input || !(is_blank || line.front() == '#')) {
            block.line = part == Part::Input ? block.line : number;
            part = Part::Input;
            block.input.push_back(std::move(line));
        } else {
            block.prologue.push_back(std::move(line));
        }
    }
    if (part == Part::Prologue) {
        transcript.epilogue = std::move(block.prologue);
    } else {
        transcript.blocks.push_back(std::move(block));
    }
    return transcript;
}

std::string print_transcript(const Transcript& transcript) {
    std::string text;
    const auto add = [&](const std::vector<std::string>& lines) {
        for (const auto& line : lines) {
            text += line + "\n";
        }
    };
    bool is_first = true;
    for (const auto& block : transcript.blocks) {
        if (!is_first && (block.prologue.empty() || !block.prologue.front().empty())) {
            text += "\n";
        }
        is_first = false;
        add(block.prologue);
        add(block.input);
        text += concat(kSeparator, "\n");
        add(block.output);
    }
    add(transcript.epilogue);
    return text;
}

std::string Words::option(std::string_view name, std::string_view otherwise) const {
    for (const auto& [key, value] : options) {
        if (key == name) {
            return value;
        }
    }
    return std::string(otherwise);
}

bool Words::has(std::string_view name) const {
    for (const auto& [key, value] : options) {
        if (key == name) {
            return true;
        }
    }
    return false;
}

const std::string& Words::at(std::size_t index) const {
    if (index >= plain.size()) {
        throw std::runtime_error(concat("word ", index, " is missing"));
    }
    return plain[index];
}

std::vector<std::string> Words::from(std::size_t index) const {
    return index >= plain.size()
               ? std::vector<std::string>{}
               : std::vector<std::string>(plain.begin() + static_cast<std::ptrdiff_t>(index),
                                          plain.end());
}

Words parse_words(std::string_view line) {
    Words words;
    for (auto& word : split_list(line, ' ')) {
        const auto equal = word.find('=');
        if (equal == std::string::npos || equal == 0) {
            words.plain.push_back(std::move(word));
        } else {
            words.options.emplace_back(word.substr(0, equal), word.substr(equal + 1));
        }
    }
    return words;
}

}  // namespace sup::scenarios
