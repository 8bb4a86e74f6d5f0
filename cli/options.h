#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/result.h"

// The command line: options end at the first word that is none, as getopt has it, so that the
// options of a command are its own.
namespace sup::cli {

struct Options {
    std::optional<std::string> configuration;
    std::optional<std::string> server_url;
    std::optional<std::string> username;
    std::optional<std::string> password;
    std::optional<std::string> history_file;
    bool wants_help = false;
    std::vector<std::string> words;  // the command; none: the shell
    bool operator==(const Options&) const = default;
};

// The error is the reason alone, as in `option -x not recognized`.
Result<Options> parse_options(std::span<const std::string> arguments);

std::string usage_text(const std::string& program);

}  // namespace sup::cli
