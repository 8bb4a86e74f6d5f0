#include "cli/shell.h"

#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iostream>

#include "cli/commands.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

// Ctrl-C leaves the shell, in the middle of a call as well.
void on_interrupt(int) {
    [[maybe_unused]] const auto size = write(STDOUT_FILENO, "\n", 1);
    _exit(0);
}

// Reads a line without showing it, if it comes from a terminal.
std::string read_secret(std::istream& in) {
    termios before{};
    const bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (is_terminal) {
        auto silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string secret;
    std::getline(in, secret);
    if (is_terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    }
    return secret;
}

void ask_credentials(Session& session, std::istream& in) {
    auto endpoint = session.endpoint();
    std::cout << "Username:" << std::flush;
    std::getline(in, endpoint.username);
    std::cout << "Password:" << std::flush;
    endpoint.password = read_secret(in);
    std::cout << std::endl;
    session.set_endpoint(std::move(endpoint));
}

Next run(Session& session, std::string_view line, std::istream& in) {
    auto next = run_line(session, line);
    while (session.wants_credentials() && in) {
        ask_credentials(session, in);
        if (in) {
            next = run_line(session, line);
        }
    }
    return next;
}

}  // namespace

void run_shell(Session& session, const Settings& settings, std::istream& in) {
    std::signal(SIGINT, on_interrupt);
    std::ofstream history;
    if (!settings.history_file.empty()) {
        history.open(settings.history_file, std::ios::app);
    }
    run(session, "status", in);
    std::string line;
    while (true) {
        std::cout << settings.prompt << "> " << std::flush;
        if (!std::getline(in, line)) {
            std::cout << std::endl;
            return;
        }
        if (history.is_open() && !trim(line).empty()) {
            history << line << std::endl;
        }
        if (run(session, line, in) == Next::Quit) {
            return;
        }
    }
}

}  // namespace sup::cli
