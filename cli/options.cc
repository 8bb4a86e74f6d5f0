#include "cli/options.h"

#include <getopt.h>

#include <array>

#include "common/base/text.h"

namespace sup::cli {
namespace {

constexpr std::array<option, 8> kLongOptions{{
    {"configuration", required_argument, nullptr, 'c'},
    {"serverurl", required_argument, nullptr, 's'},
    {"username", required_argument, nullptr, 'u'},
    {"password", required_argument, nullptr, 'p'},
    {"interactive", no_argument, nullptr, 'i'},
    {"history_file", required_argument, nullptr, 'r'},
    {"help", no_argument, nullptr, 'h'},
    {nullptr, 0, nullptr, 0},
}};
// `+`: options end at the first other word. `:`: a missing value is told from an unknown option.
constexpr const char* kLetters = "+:c:s:u:p:ir:h";

// getopt's question mark, with the word where it stopped.
Error not_understood(int letter, std::string_view word) {
    if (!word.starts_with("--")) {
        return Error{concat("option -", static_cast<char>(letter), " not recognized")};
    }
    const auto name = word.substr(0, word.find('='));
    return Error{
        concat("option ", name, letter == 0 ? " not recognized" : " must not have an argument")};
}

bool is_url(std::string_view text) {
    const auto colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
           text.substr(colon + 1) != "//";
}

std::optional<std::string>* target_of(Options& options, int letter) {
    switch (letter) {
        case 'c':
            return &options.configuration;
        case 's':
            return &options.server_url;
        case 'u':
            return &options.username;
        case 'p':
            return &options.password;
        case 'r':
            return &options.history_file;
        default:
            return nullptr;
    }
}

Status store(Options& options, int letter, const char* value) {
    if (letter == 'h') {
        options.wants_help = true;
    }
    auto* target = target_of(options, letter);
    if (!target) {
        return {};  // -i is implied when there is no command, and without effect otherwise
    }
    const auto written = concat("-", static_cast<char>(letter));
    if (*target) {
        return Error{concat("conflicting command line option '", written, "'")};
    }
    *target = value;
    if (letter == 's' && !is_url(value)) {
        return Error{concat("invalid value for ", written, " '", value, "': value '", value,
                            "' is not a URL")};
    }
    return {};
}

}  // namespace

Result<Options> parse_options(std::span<const std::string> arguments) {
    std::vector<std::string> copies{"supvisorsctl"};
    copies.insert(copies.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& copy : copies) {
        pointers.push_back(copy.data());
    }
    pointers.push_back(nullptr);
    const int count = static_cast<int>(copies.size());

    Options options;
    optind = 0;  // from the beginning, even if another command line was read before
    opterr = 0;
    while (true) {
        optopt = 0;
        const int letter =
            getopt_long(count, pointers.data(), kLetters, kLongOptions.data(), nullptr);
        if (letter == -1) {
            break;
        }
        const std::string_view word = copies[static_cast<std::size_t>(optind > 1 ? optind - 1 : 1)];
        if (letter == ':') {
            return Error{word.starts_with("--")
                             ? concat("option ", word, " requires argument")
                             : concat("option -", static_cast<char>(optopt), " requires argument")};
        }
        if (letter == '?' && optopt == '?') {
            options.wants_help = true;
        } else if (letter == '?') {
            return not_understood(optopt, word);
        } else if (const auto stored = store(options, letter, optarg); !stored) {
            return stored.error();
        }
    }
    options.words.assign(copies.begin() + optind, copies.end());
    return options;
}

std::string usage_text(const std::string& program) {
    return concat(
        "Usage: ", program,
        " [options] [command [arguments]]\n"
        "\n"
        "Controls the processes of a supervisord and of its federation.\n"
        "\n"
        "Options:\n"
        "-c/--configuration FILE -- supervisord's configuration file (searched if not given)\n"
        "-s/--serverurl URL -- server to talk to, http://host:port or unix:///path (default: the\n"
        "     agent of the configuration file, else http://localhost:9001)\n"
        "-u/--username NAME -- user name for the server\n"
        "-p/--password PASSWORD -- password for the server\n"
        "-i/--interactive -- start a shell (what happens when there is no command)\n"
        "-r/--history_file FILE -- keep the lines of the shell in this file\n"
        "-h/--help -- print this text and exit\n"
        "\n"
        "The command \"help\" lists the commands, \"help <command>\" tells how to use one.\n");
}

}  // namespace sup::cli
