#include "tests/sim/shorten.h"

#include <algorithm>
#include <cctype>

#include "common/base/text.h"

namespace sup::sim {
namespace {

class Shortener {
public:
    Shortener(const Story& story, std::size_t tries)
        : best_{story, play(story), 0}, tries_(tries), kind_(kind_of(best_.verdict)) {}

    Shortened shorten() {
        if (kind_.empty()) {
            return best_;
        }
        end_early();
        std::size_t before = 0;
        do {
            before = best_.played;
            leave_out_deeds();
            leave_out_programs();
            leave_out_rules();
        } while (found_since(before));
        end_early();
        return best_;
    }

private:
    static std::string kind_of(const Verdict& verdict) {
        return verdict.breaches.empty() ? std::string() : kind_of_breach(verdict.breaches.front());
    }
    bool found_since(std::size_t played) const { return last_success_ > played; }

    // Keeps the candidate if it fails in the same way.
    bool tries(Story candidate) {
        if (best_.played >= tries_) {
            return false;
        }
        ++best_.played;
        auto verdict = play(candidate);
        if (kind_of(verdict) != kind_) {
            return false;
        }
        best_.story = std::move(candidate);
        best_.verdict = std::move(verdict);
        last_success_ = best_.played;
        return true;
    }

    // Delta debugging: halves first, then smaller and smaller runs of deeds.
    void leave_out_deeds() {
        auto run = std::max<std::size_t>(best_.story.deeds.size() / 2, 1);
        while (!best_.story.deeds.empty()) {
            for (std::size_t from = 0; from < best_.story.deeds.size();) {
                const auto size = std::min(run, best_.story.deeds.size() - from);
                auto candidate = best_.story;
                const auto first = candidate.deeds.begin() + static_cast<std::ptrdiff_t>(from);
                candidate.deeds.erase(first, first + static_cast<std::ptrdiff_t>(size));
                from += tries(std::move(candidate)) ? 0 : size;
            }
            if (run == 1) {
                return;
            }
            run /= 2;
        }
    }

    void leave_out_programs() {
        for (std::size_t one = best_.story.world.programs.size(); one-- > 0;) {
            auto candidate = best_.story;
            candidate.world.programs.erase(candidate.world.programs.begin() +
                                           static_cast<std::ptrdiff_t>(one));
            tries(std::move(candidate));
        }
    }

    // The rules of one program are one line.
    void leave_out_rules() {
        auto lines = split(best_.story.world.rules.front(), '\n');
        for (std::size_t one = lines.size(); one-- > 0;) {
            if (!lines[one].starts_with("<program ")) {
                continue;
            }
            auto shorter = lines;
            shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(one));
            auto candidate = best_.story;
            candidate.world.rules.front() = join(shorter, "\n");
            if (tries(std::move(candidate))) {
                lines = std::move(shorter);
            }
        }
    }

    // Healing soon after the last deed, or in several steps towards it.
    void end_early() {
        const auto last = best_.story.deeds.empty() ? Duration{} : best_.story.deeds.back().at;
        for (const Duration spare :
             {Duration{0}, Duration{1'000}, Duration{5'000}, Duration{15'000}}) {
            auto candidate = best_.story;
            candidate.ends = last + spare;
            if (candidate.ends < best_.story.ends && tries(std::move(candidate))) {
                return;
            }
        }
    }

    Shortened best_;
    std::size_t tries_;
    std::string kind_;
    std::size_t last_success_ = 0;
};

}  // namespace

std::string kind_of_breach(const std::string& breach) {
    std::string kind;
    std::string word;
    // A word with a digit or a quote in it is a name, a number or a date.
    const auto end_word = [&] {
        const bool is_text = std::all_of(word.begin(), word.end(), [](char letter) {
            return std::isalpha(static_cast<unsigned char>(letter)) != 0;
        });
        kind += word.empty() ? "" : (is_text ? word : "_") + " ";
        word.clear();
    };
    for (const char letter : breach) {
        if (letter == ' ') {
            end_word();
        } else {
            word += letter;
        }
    }
    end_word();
    return kind;
}

Shortened shorten(const Story& story, std::size_t tries) {
    return Shortener(story, tries).shorten();
}

}  // namespace sup::sim
