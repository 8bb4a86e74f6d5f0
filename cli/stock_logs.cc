#include <iostream>

#include "cli/stock.h"
#include "common/base/text.h"

// tail and maintail.
namespace sup::cli {
namespace {

constexpr int kDefaultBytes = 1600;

// `-f`, or `-<bytes>`; nothing when it is neither.
struct Amount {
    bool is_endless = false;
    int bytes = kDefaultBytes;
};
std::optional<Amount> parse_amount(std::string_view word) {
    if (word == "-f") {
        return Amount{true, 0};
    }
    constexpr std::int64_t kMax = 1'000'000'000;
    const auto bytes = parse_integer(word.substr(1));
    if (!bytes || *bytes < -kMax || *bytes > kMax) {
        return std::nullopt;
    }
    return Amount{false, static_cast<int>(*bytes)};
}

void follow(Session& session, std::string_view path) {
    session.print("==> Press Ctrl-C to exit <==");
    const Sink sink = [](std::string_view piece) {
        std::cout << piece << std::flush;
        return std::cout ? More::Yes : More::No;
    };
    const auto end = stream_text(session.endpoint(), path, sink);
    if (const auto* failure = std::get_if<Failure>(&end)) {
        session.print_failure(*failure);
    }
}

struct Log {
    std::string name;  // as messages call it
    std::string_view method;
    Parameters parameters;
};

void print_log(Session& session, const Log& log) {
    const auto verdict = session.try_ask(log.method, log.parameters);
    if (!verdict) {
        return;
    }
    const auto* fault = std::get_if<Fault>(&*verdict);
    if (!fault) {
        return session.print(std::get<Value>(*verdict).text());
    }
    std::string_view reason;
    if (fault->code == fault::kNoFile) {
        reason = "no log file";
    } else if (fault->code == fault::kFailed) {
        reason = "unknown error reading log";
    } else if (fault->code == fault::kBadName) {
        reason = "no such process name";
    } else {
        return unexpected_fault(session, *fault);
    }
    session.fail(status::kGeneric, concat(log.name, ": ERROR (", reason, ")"));
}

void tail(Session& session, const Arguments& arguments) {
    auto words = arguments.words();
    if (words.empty() || words.size() > 3) {
        return stock_usage_error(session, status::kGeneric,
                                 words.empty() ? "too few arguments" : "too many arguments",
                                 "tail");
    }
    Amount amount;
    if (words[0].starts_with('-')) {
        const auto parsed = parse_amount(words[0]);
        if (!parsed) {
            return session.fail(status::kGeneric, concat("Error: bad argument ", words[0]));
        }
        amount = *parsed;
        words.erase(words.begin());
    }
    if (words.empty()) {
        return session.fail(status::kGeneric, "Error: tail requires process name");
    }
    const auto channel = words.size() == 1 ? std::string("stdout") : to_lower(words.back());
    if (channel != "stdout" && channel != "stderr") {
        return session.fail(status::kGeneric, concat("Error: bad channel '", channel, "'"));
    }
    if (amount.is_endless) {
        return follow(session, concat("/logtail/", words[0], "/", channel));
    }
    print_log(session, {words[0],
                        channel == "stdout" ? "supervisor.readProcessStdoutLog"
                                            : "supervisor.readProcessStderrLog",
                        parameters(words[0], -amount.bytes, 0)});
}

void maintail(Session& session, const Arguments& arguments) {
    if (arguments.size() > 1) {
        return stock_usage_error(session, status::kGeneric, "too many arguments", "maintail");
    }
    Amount amount;
    if (arguments.size() == 1) {
        const auto parsed =
            arguments[0].starts_with('-') ? parse_amount(arguments[0]) : std::nullopt;
        if (!parsed) {
            return session.fail(status::kGeneric, concat("Error: bad argument ", arguments[0]));
        }
        amount = *parsed;
    }
    if (amount.is_endless) {
        return follow(session, "/mainlogtail");
    }
    print_log(session, {"supervisord", "supervisor.readLog", parameters(-amount.bytes, 0)});
}

constexpr Command kCommands[] = {
    {"tail", tail,
     "tail <name> [stdout|stderr]\tShow the last 1600 bytes of a process' log (default stdout)\n"
     "tail -<bytes> <name>\t\tShow its last bytes\n"
     "tail -f <name>\t\t\tFollow it; Ctrl-C to exit",
     Precheck::Supervisor},
    {"maintail", maintail,
     "maintail\t\t\tShow the last 1600 bytes of supervisord's log\n"
     "maintail -<bytes>\t\tShow its last bytes\n"
     "maintail -f\t\t\tFollow it; Ctrl-C to exit",
     Precheck::Supervisor},
};

}  // namespace

std::span<const Command> stock_log_commands() {
    return kCommands;
}

}  // namespace sup::cli
