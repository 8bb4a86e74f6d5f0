#include "common/config/ini.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/config/python_text.h"

namespace sup::config {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

// Where the comment of a line starts. The next occurrence of each prefix is tried, all prefixes in
// each round, and the search ends with the first round that finds a comment: a `;` comment may thus
// stay in a value when an earlier `;` was none and a `#` comment follows. supervisord does the
// same.
std::size_t find_comment(std::string_view line) {
    const auto stripped = python_strip(line);
    if (stripped.starts_with('#') || stripped.starts_with(';')) {
        return 0;
    }
    struct Search {
        char prefix;
        std::size_t from;
    };
    std::array<Search, 2> searches{Search{';', 0}, Search{'#', 0}};
    std::size_t start = kNowhere;
    while (start == kNowhere && (searches[0].from != kNowhere || searches[1].from != kNowhere)) {
        for (auto& search : searches) {
            if (search.from == kNowhere) {
                continue;
            }
            const auto at = line.find(search.prefix, search.from);
            search.from = at == kNowhere ? kNowhere : at + 1;
            if (at != kNowhere &&
                (at == 0 || is_python_space(last_code_point(line.substr(0, at)).value))) {
                start = std::min(start, at);
            }
        }
    }
    return start;
}

std::size_t indentation(std::string_view line) {
    std::size_t blanks = 0;
    while (!line.empty()) {
        const auto point = first_code_point(line);
        if (!is_python_space(point.value)) {
            break;
        }
        ++blanks;
        line.remove_prefix(point.length);
    }
    return blanks;
}

// The name between the first bracket and the last one, which may hold brackets itself.
std::optional<std::string_view> section_header(std::string_view value) {
    const auto end = value.rfind(']');
    if (!value.starts_with('[') || end == kNowhere || end < 2) {
        return std::nullopt;
    }
    return value.substr(1, end - 1);
}

IniOption* find_own(IniSection& section, std::string_view name) {
    const auto found = std::find_if(section.options.begin(), section.options.end(),
                                    [&](const auto& option) { return option.name == name; });
    return found == section.options.end() ? nullptr : &*found;
}

std::string replace_all(std::string_view text, std::string_view what, std::string_view by) {
    std::string out;
    for (auto at = text.find(what); at != kNowhere; at = text.find(what)) {
        out.append(text.substr(0, at)).append(by);
        text.remove_prefix(at + what.size());
    }
    return out.append(text);
}

}  // namespace

// Reads one file, line by line.
class IniDocument::Parser {
public:
    Parser(IniDocument& document, std::string file, Problems& problems)
        : document_(document), file_(std::move(file)), problems_(problems) {}

    // False when the rest of the file cannot mean anything.
    bool add_line(std::string_view line) {
        ++line_number_;
        const auto comment = find_comment(line);
        const auto value = python_strip(line.substr(0, comment));
        if (value.empty()) {
            // An empty line belongs to the value that it may be in the middle of; a comment does
            // not.
            if (comment == kNowhere && has_option_) {
                option().value += '\n';
            }
            return true;
        }
        const auto depth = indentation(line);
        if (has_option_ && depth > depth_) {
            option().value.append("\n").append(value);
            return true;
        }
        depth_ = depth;
        if (const auto header = section_header(value)) {
            open_section(*header);
            return true;
        }
        if (!is_in_section_) {
            refuse_start(value);
            return false;
        }
        add_option(value);
        return true;
    }

    void finish() {
        finish_section(document_.defaults_);
        for (auto& section : document_.sections_) {
            finish_section(section);
        }
    }

private:
    Place here() const { return {file_, line_number_}; }
    IniSection& section() {
        return is_default_ ? document_.defaults_ : document_.sections_[section_];
    }
    IniOption& option() { return section().options[option_]; }

    void refuse_start(std::string_view value) {
        if (value.starts_with("\xef\xbb\xbf")) {
            problems_.error(here(),
                            "the file starts with a byte order mark; save it as plain UTF-8");
        } else {
            problems_.error(here(), concat("'", value, "' comes before any [section]"));
        }
    }

    void open_section(std::string_view name) {
        is_in_section_ = true;
        has_option_ = false;
        is_default_ = name == "DEFAULT";
        if (is_default_) {
            return;
        }
        auto& sections = document_.sections_;
        const auto found = std::find_if(sections.begin(), sections.end(),
                                        [&](const auto& known) { return known.name == name; });
        section_ = static_cast<std::size_t>(found - sections.begin());
        if (found == sections.end()) {
            sections.push_back({std::string(name), here(), {}});
        }
    }

    void add_option(std::string_view line) {
        const auto delimiter = line.find_first_of("=:");
        if (delimiter == kNowhere) {
            problems_.error(here(), concat("'", line, "' is not understood; expected [section], ",
                                           "option=value, or an indented continuation"));
            return;
        }
        const auto name = to_lower(python_rstrip(line.substr(0, delimiter)));
        if (name.empty()) {
            problems_.error(
                here(), concat("'", line, "' has no option name before '", line[delimiter], "'"));
            return;
        }
        const IniOption read{name, std::string(python_strip(line.substr(delimiter + 1))), here()};
        auto& options = section().options;
        if (auto* known = find_own(section(), name)) {
            *known = read;
            option_ = static_cast<std::size_t>(known - options.data());
        } else {
            option_ = options.size();
            options.push_back(read);
        }
        has_option_ = true;
    }

    static void finish_section(IniSection& section) {
        for (auto& option : section.options) {
            option.value = std::string(python_rstrip(option.value));
        }
    }

    IniDocument& document_;
    std::string file_;
    Problems& problems_;
    int line_number_ = 0;
    std::size_t depth_ = 0;    // indentation of the last section or option name
    std::size_t section_ = 0;  // the open section, and its open option
    std::size_t option_ = 0;
    bool is_in_section_ = false;
    bool is_default_ = false;
    bool has_option_ = false;
};

void IniDocument::read(const std::string& file, std::string_view text, Problems& problems) {
    if (const auto bad = find_bad_utf8(text)) {
        const auto before = python_lines(text.substr(0, *bad + 1)).size();
        problems.error({file, static_cast<int>(before)},
                       "a byte is not UTF-8; save the file as UTF-8, as supervisord expects");
        return;
    }
    Parser parser(*this, file, problems);
    for (const auto line : python_lines(text)) {
        if (!parser.add_line(line)) {
            break;
        }
    }
    parser.finish();
}

void IniDocument::fix_here(std::string_view directory) {
    constexpr std::string_view kHere = "%(here)s";
    for (auto& section : sections_) {
        for (const auto& inherited : defaults_.options) {
            if (inherited.value.find(kHere) != kNowhere &&
                find_own(section, inherited.name) == nullptr) {
                section.options.push_back(inherited);
                section.options.back().is_inherited = true;
            }
        }
        for (auto& option : section.options) {
            option.value = replace_all(option.value, kHere, directory);
        }
    }
}

const IniSection* IniDocument::find_section(std::string_view name) const {
    const auto found = std::find_if(sections_.begin(), sections_.end(),
                                    [&](const auto& section) { return section.name == name; });
    return found == sections_.end() ? nullptr : &*found;
}

const IniOption* IniDocument::find(std::string_view section, std::string_view option) const {
    const auto find_in = [&](const IniSection& where) -> const IniOption* {
        const auto found = std::find_if(where.options.begin(), where.options.end(),
                                        [&](const auto& own) { return own.name == option; });
        return found == where.options.end() ? nullptr : &*found;
    };
    const auto* where = find_section(section);
    const auto* own = where == nullptr ? nullptr : find_in(*where);
    return own != nullptr ? own : find_in(defaults_);
}

}  // namespace sup::config
