#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "common/base/text.h"
#include "tests/sim/draw.h"
#include "tests/sim/play.h"
#include "tests/sim/shorten.h"

namespace sup::sim {
namespace {

constexpr std::string_view kUsage =
    "scripts/sim --seed S [--nodes A..B]                    plays one story, prints its hash\n"
    "scripts/sim --seeds N [--first-seed S] [--nodes A..B]  plays N stories\n"
    "    --nodes A | A..B    instances of the federation, from 1 to 1000 (3..5)\n"
    "    --twice             plays each story twice and compares the hashes\n"
    "    --print             prints the story as well, as a transcript\n"
    "    --tries N           plays at most N stories to shorten one that fails (300)\n"
    "    --part I/N          only one seed in N, for several programs at once\n"
    "The exit code is 1 when something does not hold, 2 when an option cannot be read.\n";

struct Options {
    std::uint64_t first = 1;
    std::uint64_t count = 0;
    bool is_one = false;
    Bounds bounds;
    bool twice = false;
    bool print = false;
    std::size_t tries = 300;  // to shorten a failing story
    std::uint64_t part = 0;
    std::uint64_t parts = 1;
};

std::optional<std::uint64_t> number(const std::string& text) {
    const auto value = parse_integer(text);
    return value && *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

bool read_nodes(const std::string& text, Bounds& bounds) {
    const auto dots = text.find("..");
    const auto fewest = number(text.substr(0, dots));
    const auto most = dots == std::string::npos ? fewest : number(text.substr(dots + 2));
    if (!fewest || !most || *fewest < 1 || *fewest > *most || *most > 1000) {
        return false;
    }
    bounds = {static_cast<std::size_t>(*fewest), static_cast<std::size_t>(*most)};
    return true;
}

bool read_part(const std::string& text, Options& options) {
    const auto slash = text.find('/');
    const auto part = number(text.substr(0, slash));
    const auto parts = slash == std::string::npos ? part : number(text.substr(slash + 1));
    if (!part || !parts || *part >= *parts) {
        return false;
    }
    options.part = *part;
    options.parts = *parts;
    return true;
}

bool read_value(const std::string& name, const std::string& value, Options& options) {
    if (name == "--nodes") {
        return read_nodes(value, options.bounds);
    }
    if (name == "--part") {
        return read_part(value, options);
    }
    const auto read = number(value);
    if (!read) {
        return false;
    }
    if (name == "--seed") {
        options.first = *read;
        options.count = 1;
        options.is_one = true;
    } else if (name == "--seeds") {
        options.count = *read;
    } else if (name == "--first-seed") {
        options.first = *read;
    } else if (name == "--tries") {
        options.tries = static_cast<std::size_t>(*read);
    } else {
        return false;
    }
    return true;
}

std::optional<Options> read_options(const std::vector<std::string>& words) {
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--twice") {
            options.twice = true;
        } else if (words[i] == "--print") {
            options.print = true;
        } else if (i + 1 == words.size() || !read_value(words[i], words[i + 1], options)) {
            std::cerr << "sim: '" << words[i] << "' cannot be read\n";
            return std::nullopt;
        } else {
            ++i;
        }
    }
    return options.count == 0 ? std::nullopt : std::optional(options);
}

std::string hex(std::uint64_t number) {
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) {
        digits += "0123456789abcdef"[number >> shift & 15U];
    }
    return digits;
}

void report(const Options& options, const Story& story, const Verdict& verdict) {
    std::cout << "seed " << story.seed << " fails; to play it again: scripts/sim --seed "
              << story.seed << " --nodes " << options.bounds.fewest << ".." << options.bounds.most
              << "\n";
    for (const auto& breach : verdict.breaches) {
        std::cout << "  " << breach << "\n";
    }
    if (options.tries > 0) {
        const auto shortened = shorten(story, options.tries);
        std::cout << "the shortest story found, of " << story.deeds.size() << " deeds:\n"
                  << print(shortened.story);
        for (const auto& breach : shortened.verdict.breaches) {
            std::cout << "  " << breach << "\n";
        }
    }
    std::cout.flush();
}

bool run_one(const Options& options, std::uint64_t seed) {
    const auto story = draw(seed, options.bounds);
    if (options.print) {
        std::cout << print(story);
    }
    auto verdict = play(story);
    if (options.twice && play(story).hash != verdict.hash) {
        verdict.breaches.push_back("two plays of the same story differ");
    }
    if (!verdict.breaches.empty()) {
        report(options, story, verdict);
    }
    if (options.is_one) {
        std::cout << "rest: " << verdict.rested_after.ms << " ms after healing\n";
        std::cout << "hash: " << hex(verdict.hash) << "\n";
    }
    return verdict.breaches.empty();
}

int run(const Options& options) {
    std::uint64_t failed = 0;
    std::uint64_t played = 0;
    for (std::uint64_t i = options.part; i < options.count; i += options.parts) {
        ++played;
        failed += run_one(options, options.first + i) ? 0 : 1;
    }
    if (!options.is_one) {
        std::cout << played << " stories, " << failed << " failed\n";
    }
    return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace sup::sim

int main(int argc, char** argv) {
    const auto options = sup::sim::read_options({argv + 1, argv + argc});
    if (!options) {
        std::cerr << sup::sim::kUsage;
        return 2;
    }
    return sup::sim::run(*options);
}
