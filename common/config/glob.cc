#include "common/config/glob.h"

#include <algorithm>
#include <optional>

#include "common/config/paths.h"
#include "common/config/python_text.h"

namespace sup::config {
namespace {

// One `[…]` of a pattern: where it ends, and whether the sign is in it.
struct ClassMatch {
    std::size_t end = 0;  // just after the closing bracket
    bool is_match = false;
};

// Nothing when the bracket opens no class: it then stands for itself.
std::optional<ClassMatch> match_class(std::u32string_view pattern, std::size_t open,
                                      char32_t sign) {
    std::size_t at = open + 1;
    const bool is_negated = at < pattern.size() && pattern[at] == U'!';
    at += is_negated ? 1 : 0;
    // A closing bracket in the first place is a member.
    const auto close = pattern.find(U']', at < pattern.size() && pattern[at] == U']' ? at + 1 : at);
    if (close == std::u32string_view::npos) {
        return std::nullopt;
    }
    bool is_member = false;
    while (at < close) {
        const bool is_range = at + 2 < close && pattern[at + 1] == U'-';
        const char32_t high = is_range ? pattern[at + 2] : pattern[at];
        is_member = is_member || (pattern[at] <= sign && sign <= high);
        at += is_range ? 3 : 1;
    }
    return ClassMatch{close + 1, is_member != is_negated};
}

// How far one step of the pattern goes when it accepts the sign.
std::optional<std::size_t> step(std::u32string_view pattern, std::size_t at, char32_t sign) {
    if (at >= pattern.size()) {
        return std::nullopt;
    }
    if (pattern[at] == U'[') {
        if (const auto match = match_class(pattern, at, sign)) {
            return match->is_match ? std::optional(match->end) : std::nullopt;
        }
    }
    return pattern[at] == U'?' || pattern[at] == sign ? std::optional(at + 1) : std::nullopt;
}

bool has_wildcard(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

enum class Want { Anything, Directories };

// Names in one directory that match the last part of a pattern.
std::vector<std::string> names_in(const std::string& directory, const std::string& pattern,
                                  const FileAccess& files, Want want) {
    std::vector<std::string> names;
    if (pattern.empty()) {
        if (files.kind(directory) == FileAccess::Kind::Directory) {
            names.emplace_back();
        }
    } else if (!has_wildcard(pattern)) {
        if (files.exists(join_path(directory, pattern))) {
            names.push_back(pattern);
        }
    } else {
        for (const auto& entry : files.list(directory)) {
            const bool is_visible = pattern.front() == '.' || !entry.name.starts_with('.');
            const bool is_wanted =
                want == Want::Anything || entry.kind == FileAccess::Kind::Directory;
            if (is_visible && is_wanted && does_name_match(entry.name, pattern)) {
                names.push_back(entry.name);
            }
        }
    }
    return names;
}

std::vector<std::string> find_matches(const std::string& pattern, const FileAccess& files,
                                      Want want) {
    const auto directory = path_directory(pattern);
    std::vector<std::string> directories{directory};
    if (directory != pattern && has_wildcard(directory)) {
        directories = find_matches(directory, files, Want::Directories);
    }
    std::vector<std::string> found;
    for (const auto& each : directories) {
        for (const auto& name : names_in(each, path_base_name(pattern), files, want)) {
            found.push_back(join_path(each, name));
        }
    }
    return found;
}

}  // namespace

bool does_name_match(std::string_view name_text, std::string_view pattern_text) {
    const auto name = decode_utf8(name_text);
    const auto pattern = decode_utf8(pattern_text);
    std::size_t in_name = 0;
    std::size_t in_pattern = 0;
    std::optional<std::size_t> after_star;  // where the pattern resumes after its last star
    std::size_t star_end = 0;               // what that star has swallowed so far
    while (in_name < name.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == U'*') {
            after_star = ++in_pattern;
            star_end = in_name;
        } else if (const auto next = step(pattern, in_pattern, name[in_name])) {
            in_pattern = *next;
            ++in_name;
        } else if (after_star) {
            in_pattern = *after_star;
            in_name = ++star_end;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of(U'*', in_pattern) == std::u32string::npos;
}

std::vector<std::string> find_files(const std::string& pattern, const FileAccess& files) {
    auto found = find_matches(pattern, files, Want::Anything);
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace sup::config
