#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "common/base/text.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/transcript.h"

// scenarios FILE…            runs each transcript and compares what it prints
// scenarios --twice FILE…    runs each twice and compares the hashes of all that happened
// UPDATE_SCENARIOS=1         rewrites the transcripts instead
namespace sup::scenarios {
namespace {

struct Outcome {
    Transcript transcript;
    std::uint64_t hash = 0;
    bool passed = true;
};

void report(const std::string& where, const std::vector<std::string>& expected,
            const std::vector<std::string>& found) {
    std::cerr << where << ": the output differs\n";
    for (const auto& line : expected) {
        const bool is_missing = std::find(found.begin(), found.end(), line) == found.end();
        std::cerr << (is_missing ? "  - " : "    ") << line << "\n";
    }
    for (const auto& line : found) {
        if (std::find(expected.begin(), expected.end(), line) == expected.end()) {
            std::cerr << "  + " << line << "\n";
        }
    }
}

// What a rewritten transcript keeps: a breach is never what is expected.
std::vector<std::string> without_breaches(std::vector<std::string> lines) {
    std::erase_if(lines, [](const std::string& line) { return line.starts_with("!!"); });
    return lines.empty() ? std::vector<std::string>{"ok"} : lines;
}

Outcome play(const std::string& path, const std::string& text, bool is_update) {
    Outcome outcome{parse_transcript(text), 0, true};
    Scenario scenario;
    for (auto& block : outcome.transcript.blocks) {
        const auto output = scenario.execute(block.input);
        if (output != block.output && !is_update) {
            report(concat(path, ":", block.line, ": ", block.input.front()), block.output, output);
            outcome.passed = false;
        }
        for (const auto& line : output) {
            if (line.starts_with("!!")) {
                std::cerr << path << ":" << block.line << ": " << line << "\n";
            }
        }
        block.output = without_breaches(output);
    }
    for (const auto& line : scenario.finish()) {
        std::cerr << path << ": at the end: " << line << "\n";
    }
    if (scenario.has_failed()) {
        std::cerr << path << ": an invariant or an expectation does not hold\n";
        outcome.passed = false;
    }
    outcome.hash = scenario.hash();
    return outcome;
}

bool run_file(const std::string& path, bool is_twice) {
    std::ifstream file(path);
    if (!file) {
        std::cerr << path << ": cannot be read\n";
        return false;
    }
    std::ostringstream text;
    text << file.rdbuf();
    const bool is_update = std::getenv("UPDATE_SCENARIOS") != nullptr;
    auto outcome = play(path, text.str(), is_update || is_twice);
    if (is_twice) {
        const bool is_same = play(path, text.str(), true).hash == outcome.hash;
        if (!is_same) {
            std::cerr << path << ": two runs differ\n";
        }
        return is_same;
    }
    if (is_update) {
        std::ofstream(path) << print_transcript(outcome.transcript);
    }
    return outcome.passed;
}

}  // namespace
}  // namespace sup::scenarios

int main(int argc, char** argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    const bool is_twice = !arguments.empty() && arguments.front() == "--twice";
    if (is_twice) {
        arguments.erase(arguments.begin());
    }
    bool passed = !arguments.empty();
    for (const auto& path : arguments) {
        passed = sup::scenarios::run_file(path, is_twice) && passed;
    }
    return passed ? 0 : 1;
}
