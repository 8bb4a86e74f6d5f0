#include <iostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/shell.h"
#include "common/base/text.h"
#include "common/config/supervisor_config.h"

namespace {

int refuse(const std::string& program, const std::string& reason) {
    std::cerr << "Error: " << reason << "\nFor help, use " << program << " -h" << std::endl;
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace sup;
    const std::string program = argc > 0 ? argv[0] : "supvisorsctl";
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const auto options = cli::parse_options(arguments);
    if (!options) {
        return refuse(program, options.error().message);
    }
    if (options->wants_help) {
        std::cout << cli::usage_text(program);
        return 0;
    }
    const auto settings = cli::read_settings(*options, program, config::read_host_facts());
    if (!settings) {
        return refuse(program, settings.error().message);
    }
    const bool is_single = !options->words.empty();
    cli::Session session(settings->endpoint, std::cout,
                         is_single ? cli::Mode::Single : cli::Mode::Interactive);
    if (is_single) {
        cli::run_line(session, join(options->words, " "));
        return session.exit_status();
    }
    cli::run_shell(session, *settings, std::cin);
    return 0;
}
