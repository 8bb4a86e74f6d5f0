#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/rpc.h"
#include "cli/table.h"

// What a command works with: the server, the output, the exit status of the program.
namespace sup::cli {

// Exit statuses, those of LSB init scripts.
namespace status {
inline constexpr int kSuccess = 0;
inline constexpr int kGeneric = 1;
inline constexpr int kBadArguments = 2;
inline constexpr int kNoNamespace = 3;
inline constexpr int kProcessDown = 3;  // of the stock `status`
inline constexpr int kRefused = 4;
inline constexpr int kUnknownProcess = 4;  // of the stock `status`
inline constexpr int kBadVersion = 5;
inline constexpr int kNotRunning = 7;
inline constexpr int kNoSocket = 7;
}  // namespace status

enum class Mode { Single, Interactive };

// A line taken apart: words between blanks, no quoting.
class Arguments {
public:
    explicit Arguments(std::string_view text);

    const std::vector<std::string>& words() const { return words_; }
    std::size_t size() const { return words_.size(); }
    const std::string& operator[](std::size_t index) const { return words_[index]; }
    std::vector<std::string> from(std::size_t index) const;
    // No word from there on, or `all` among them.
    bool selects_all(std::size_t index = 0) const;
    bool contains(std::string_view word) const;
    // The text from that word to the end, inner blanks as they were typed: extra arguments.
    std::string text_from(std::size_t index) const;

private:
    std::string text_;
    std::vector<std::string> words_;
    std::vector<std::size_t> starts_;
};

// Exit status: starts at 0; each error overwrites it, successes leave it.
//
// A fault is the affair of the command. A failure (no server, no answer) ends it: it is printed
// once and every later call of the same command answers nothing, without being sent.
class Session {
public:
    using Caller = std::function<Reply(const Endpoint&, std::string_view, const Parameters&)>;

    Session(Endpoint endpoint, std::ostream& out, Mode mode, Caller caller = call_server);

    void print(std::string_view line);
    void print(const Table& table);
    int exit_status() const { return status_; }
    void fail(int status) { status_ = status; }
    void fail(int status, std::string_view line);

    // The call's value. A fault prints `<label>: ERROR (<text>)`, or without label `ERROR
    // (<text>)`.
    std::optional<Value> ask(std::string_view method, const Parameters& parameters,
                             std::string_view label = {});
    // The same, where the command itself looks at the fault: never holds a Failure when it has a
    // value.
    using Verdict = std::variant<Value, Fault>;
    std::optional<Verdict> try_ask(std::string_view method, const Parameters& parameters);
    // Another server, by the same rules but for failures, which concern that call only.
    Reply ask_elsewhere(const std::string& url, std::string_view method,
                        const Parameters& parameters);
    void print_failure(const Failure& failure);
    // How this command tells that nobody listens at the address: stock commands do it in the words
    // of supervisorctl.
    struct Refusal {
        std::string_view before = "ERROR: ";
        std::string_view after;
        std::optional<int> status;  // instead of the usual ones
    };
    void set_refusal(Refusal words) { refusal_ = words; }

    // The command that begins now has not failed yet.
    void begin_command();
    bool has_failed() const { return failure_.has_value(); }
    bool wants_credentials() const;

    // The checks before a command: the server is there, and of the right release.
    bool check_supvisors();
    bool check_supervisor();

    Mode mode() const { return mode_; }
    const Endpoint& endpoint() const { return endpoint_; }
    void set_endpoint(Endpoint endpoint) { endpoint_ = std::move(endpoint); }

private:
    bool check_version(std::string_view method, std::string_view expected);

    Endpoint endpoint_;
    std::ostream& out_;
    Mode mode_;
    Caller caller_;
    int status_ = status::kSuccess;
    std::optional<Failure> failure_;
    Refusal refusal_;
};

}  // namespace sup::cli
