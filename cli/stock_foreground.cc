#include <atomic>
#include <iostream>
#include <thread>

#include "cli/stock.h"
#include "common/base/text.h"
#include "common/model/states.h"

// fg: the output of a process on the screen, the lines of the keyboard to its standard input.
namespace sup::cli {
namespace {

// Shows what a process writes on one of its channels, until it is destroyed.
class Follower {
public:
    Follower(const Endpoint& endpoint, const std::string& path)
        : thread_([this, endpoint, path] {
              const Sink sink = [this](std::string_view piece) {
                  std::cout << piece << std::flush;
                  return is_over_ ? More::No : More::Yes;
              };
              // A channel without a log file has nothing to show: that is no failure here.
              (void)stream_text(endpoint, path, sink, [this] { return is_over_.load(); });
          }) {}
    ~Follower() {
        is_over_ = true;
        thread_.join();
    }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

private:
    std::atomic<bool> is_over_ = false;
    std::thread thread_;
};

enum class Alive { Yes, No };

// Whether the process runs; if not, or if nobody can tell, says so.
Alive check_alive(Session& session, const std::string& name, std::string_view when_dead) {
    const auto verdict = session.try_ask("supervisor.getProcessInfo", parameters(name));
    if (!verdict) {
        return Alive::No;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        session.fail(status::kGeneric, fault->code == fault::kBadName
                                           ? std::string("ERROR: bad process name supplied")
                                           : concat("ERROR: ", fault->text));
        return Alive::No;
    }
    if (std::get<Value>(*verdict)["state"].integer() != code_of(ProcessState::Running)) {
        session.print(when_dead);
        return Alive::No;
    }
    return Alive::Yes;
}

Alive send_line(Session& session, const std::string& name, const std::string& line) {
    const auto verdict =
        session.try_ask("supervisor.sendProcessStdin", parameters(name, line + "\n"));
    if (!verdict) {
        return Alive::No;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        session.print(fault->code == fault::kNotRunning ? std::string("Process got killed")
                                                        : concat("ERROR: ", fault->text));
        return Alive::No;
    }
    return check_alive(session, name, "Process got killed");
}

void foreground(Session& session, const Arguments& names) {
    if (names.size() == 0) {
        session.fail(status::kGeneric, "ERROR: no process name supplied");
        return help(session, "fg");
    }
    if (names.size() > 1) {
        return session.fail(status::kGeneric, "ERROR: too many process names supplied");
    }
    const auto& name = names[0];
    if (check_alive(session, name, "ERROR: process not running") == Alive::No) {
        return session.fail(status::kGeneric);
    }
    session.print("==> Press Ctrl-C to exit <==");
    const Follower output(session.endpoint(), concat("/logtail/", name, "/stdout"));
    const Follower errors(session.endpoint(), concat("/logtail/", name, "/stderr"));
    std::string line;
    while (std::getline(std::cin, line) && send_line(session, name, line) == Alive::Yes) {
    }
    session.print("Exiting foreground");
}

constexpr Command kCommands[] = {
    {"fg", foreground, "fg <name>\t\tConnect the terminal to a process; Ctrl-C or Ctrl-D to exit",
     Precheck::Supervisor},
};

}  // namespace

std::span<const Command> stock_foreground_commands() {
    return kCommands;
}

}  // namespace sup::cli
