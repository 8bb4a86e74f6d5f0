#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/problems.h"

namespace sup::config {

// One option as it was read last, and where.
struct IniOption {
    std::string name;  // lower case
    std::string value;
    Place place;
    // Taken from [DEFAULT]: nobody wrote it in this section.
    bool is_inherited = false;
};

struct IniSection {
    std::string name;  // as written, letter case included
    Place place;
    std::vector<IniOption> options;
};

// The sections and options of one or several files, merged as supervisord merges them: sections in
// order of first appearance, the last value of an option wins, [DEFAULT] fills what a section
// lacks. Comments start with `;` or `#`, at the beginning of a line or after a blank; an option
// goes on over the lines that are indented deeper than its name. Values are raw: nothing is
// expanded here.
class IniDocument {
public:
    // Adds a file. What cannot be understood is an error; the rest of the file is read all the
    // same.
    void read(const std::string& file, std::string_view text, Problems& problems);

    // Replaces each `%(here)s` by the directory, for good. supervisord does so after each file when
    // there is an [include], so that `here` is the directory of the file where it was written.
    void fix_here(std::string_view directory);

    const std::vector<IniSection>& sections() const { return sections_; }
    const IniSection& defaults() const { return defaults_; }  // [DEFAULT]
    const IniSection* find_section(std::string_view name) const;
    // The option of the section, else that of [DEFAULT].
    const IniOption* find(std::string_view section, std::string_view option) const;

private:
    class Parser;

    std::vector<IniSection> sections_;
    IniSection defaults_{"DEFAULT", {}, {}};
};

}  // namespace sup::config
