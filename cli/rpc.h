#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "cli/value.h"

// Calls to a server over HTTP: the agent's API, or any supervisord.
namespace sup::cli {

// Where a server is and how to be let in. Credentials are sent only when both parts are set.
struct Endpoint {
    std::string url = "http://localhost:9001";  // http://, https://, or unix:///path
    std::string username;
    std::string password;
    std::string certificate;  // the one that an https server must show; empty: any trusted one
};

// The server's own "no".
struct Fault {
    std::int64_t code = 0;
    std::string text;  // `SYMBOL: detail`
    bool operator==(const Fault&) const = default;
};

// The server could not be asked, or what it said is no answer.
struct Failure {
    enum class Kind { Refused, NoSuchFile, Unauthorized, Other };
    Kind kind = Kind::Other;
    std::string message;
};

using Reply = std::variant<Value, Fault, Failure>;

// One call on a connection of its own. Waits for the answer as long as the server keeps the
// connection: calls that wait for processes may be long.
Reply call_server(const Endpoint& endpoint, std::string_view method, const Parameters& parameters);

// GET of a text that may have no end. Stops when the sink says so, or, also while nothing comes,
// within a second of `is_over` becoming true; the failure, if any.
enum class More { Yes, No };
using Sink = std::function<More(std::string_view piece)>;
using IsOver = std::function<bool()>;
std::variant<std::monostate, Failure> stream_text(const Endpoint& endpoint, std::string_view path,
                                                  const Sink& sink, const IsOver& is_over = {});

// Codes of faults that commands look at.
namespace fault {
inline constexpr int kUnknownMethod = 1;
inline constexpr int kShutdownState = 6;
inline constexpr int kBadName = 10;
inline constexpr int kBadSignal = 11;
inline constexpr int kNoFile = 20;
inline constexpr int kNotExecutable = 21;
inline constexpr int kFailed = 30;
inline constexpr int kAbnormalTermination = 40;
inline constexpr int kSpawnError = 50;
inline constexpr int kAlreadyStarted = 60;
inline constexpr int kNotRunning = 70;
inline constexpr int kSuccess = 80;
inline constexpr int kAlreadyAdded = 90;
inline constexpr int kStillRunning = 91;
inline constexpr int kCantReread = 92;
inline constexpr int kDisabled = 103;
}  // namespace fault

}  // namespace sup::cli
