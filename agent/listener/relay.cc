#include "agent/listener/relay.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "common/base/text.h"

namespace sup::listener {
namespace {

constexpr std::int64_t kFirstRetryMs = 50;
constexpr std::int64_t kLastRetryMs = 1000;
constexpr std::int64_t kFarewellMs = 100;
constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kMaxOrder = 1024;  // the agent only says short things
constexpr std::size_t kMaxEvent = kMaxFrame - 16;

std::int64_t now_ms() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

// Field 22 of /proc/<pid>/stat. The second field, the name in parentheses, may hold anything: count
// from the last parenthesis.
std::uint64_t start_ticks(pid_t pid) {
    std::array<char, 1024> text{};
    const int file = open(concat("/proc/", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    const auto size = read(file, text.data(), text.size());
    close(file);
    const std::string_view stat(text.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    const auto name_end = stat.rfind(')');
    if (name_end == std::string_view::npos) {
        return 0;
    }
    const auto fields = split_list(stat.substr(name_end + 1), ' ');
    constexpr std::size_t kStartTime = 22 - 3;  // the first field after the name is number 3
    if (fields.size() <= kStartTime) {
        return 0;
    }
    return static_cast<std::uint64_t>(parse_integer(fields[kStartTime]).value_or(0));
}

Hello introduce() {
    Hello hello;
    if (getrandom(&hello.boot_id, sizeof hello.boot_id, 0) != sizeof hello.boot_id) {
        hello.boot_id = static_cast<std::uint64_t>(now_ms());
    }
    const pid_t parent = getppid();
    hello.relay_pid = static_cast<std::uint32_t>(getpid());
    hello.supervisor_pid = static_cast<std::uint32_t>(parent);
    hello.supervisor_start_ticks = start_ticks(parent);
    return hello;
}

// Termination as a readable descriptor: no handler, nothing interrupted half-way.
int open_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) {
        sigaddset(&set, signal);
    }
    sigprocmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool write_whole(int file, std::string_view text) {
    while (!text.empty()) {
        const auto size = write(file, text.data(), text.size());
        if (size > 0) {
            text.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno == EAGAIN) {
            pollfd room{file, POLLOUT, 0};
            poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

}  // namespace

Relay::Relay(std::string socket_path)
    : path_(std::move(socket_path)),
      hello_(encode_hello(introduce())),
      signals_(open_signals()),
      retry_delay_ms_(kFirstRetryMs),
      reader_(kMaxEvent),
      orders_(kMaxOrder) {}

Relay::~Relay() {
    disconnect();
    if (signals_ >= 0) {
        close(signals_);
    }
}

int Relay::run() {
    if (!write_whole(STDOUT_FILENO, "READY\n")) {
        return 1;
    }
    while (true) {
        if (!is_connected() && now_ms() >= retry_at_ms_) {
            connect();
            if (!is_connected() && had_agent_) {
                nudge();
            }
        }
        const bool has_more = is_connected() && !queue_.front().empty();
        std::array<pollfd, 3> files{{
            {STDIN_FILENO, POLLIN, 0},
            {signals_, POLLIN, 0},
            {socket_, static_cast<short>(has_more ? POLLIN | POLLOUT : POLLIN), 0},
        }};
        if (poll(files.data(), files.size(), poll_timeout_ms()) < 0) {
            continue;  // EINTR: nothing else can happen with these descriptors
        }
        // Supervisord first: it must never wait. Its events before its signal: a clean stop sends
        // both.
        if (files[0].revents != 0 && on_stdin() == Ended::Yes) {
            return exit_status_;
        }
        if (files[1].revents != 0 && farewell(ByeReason::Terminated) == Ended::Yes) {
            return exit_status_;
        }
        if (files[2].revents != 0 && is_connected()) {
            on_socket(files[2].revents);
        }
    }
}

Relay::Ended Relay::on_stdin() {
    std::array<char, kReadSize> buffer;
    const auto size = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size > 0) {
        return on_events({buffer.data(), static_cast<std::size_t>(size)});
    }
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) {
        return Ended::No;
    }
    // A clean stop closes the pipe after the signal: both may be there by now.
    pollfd signal{signals_, POLLIN, 0};
    const bool was_told = poll(&signal, 1, 0) > 0;
    return farewell(was_told ? ByeReason::Terminated : ByeReason::StdinClosed);
}

Relay::Ended Relay::on_events(std::string_view bytes) {
    while (true) {
        const auto event = reader_.read(bytes);
        if (!event) {
            // Without framing nothing more can be understood. Supervisord starts the relay again,
            // on a fresh pipe, and sends the event that was not acknowledged once more.
            write_whole(STDERR_FILENO, concat("supvisors-listener: ", event.error().message, "\n"));
            exit_status_ = 1;
            return farewell(ByeReason::BadInput);
        }
        if (!event->has_value()) {
            return Ended::No;
        }
        if (acknowledge() == Ended::Yes) {
            return Ended::Yes;
        }
        forward(**event);
    }
}

Relay::Ended Relay::acknowledge() {
    // One write for both: supervisord is awakened once, and ready for the next event at once.
    if (write_whole(STDOUT_FILENO, "RESULT 2\nOKREADY\n")) {
        return Ended::No;
    }
    return farewell(ByeReason::StdinClosed);
}

void Relay::forward(const ReceivedEvent& event) {
    if (!is_connected()) {
        connect();  // an agent that has just come must not miss what its first calls make happen
    }
    if (!is_connected() || event.oversized) {
        queue_.count_dropped();
        return;
    }
    if (auto frame = encode_event(event.header, event.payload)) {
        queue_.push_event(std::move(*frame));
    } else {
        queue_.count_dropped();
    }
    flush();
}

Relay::Ended Relay::farewell(ByeReason reason) {
    if (!is_connected()) {
        connect();  // an agent that has just come deserves to know
    }
    if (is_connected()) {
        queue_.push_farewell(encode_bye({reason}));
        flush();
    }
    const auto deadline = now_ms() + kFarewellMs;
    while (is_connected() && !queue_.front().empty() && now_ms() < deadline) {
        pollfd room{socket_, POLLOUT, 0};
        poll(&room, 1, static_cast<int>(deadline - now_ms()));
        flush();
    }
    return Ended::Yes;
}

void Relay::connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(),
                std::min(path_.size(), sizeof address.sun_path - 1));
    socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ >= 0 &&
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        had_agent_ = true;
        retry_delay_ms_ = kFirstRetryMs;
        orders_ = FrameReader(kMaxOrder);
        queue_.open(hello_);
        flush();
        return;
    }
    disconnect();
}

void Relay::disconnect() {
    if (is_connected()) {
        close(socket_);
    }
    socket_ = -1;
    queue_.close();
    retry_at_ms_ = now_ms() + retry_delay_ms_;
    retry_delay_ms_ = std::min(2 * retry_delay_ms_, kLastRetryMs);
}

void Relay::on_socket(short happened) {
    if ((happened & (POLLIN | POLLHUP | POLLERR)) != 0) {
        read_socket();
    }
    if (is_connected() && (happened & POLLOUT) != 0) {
        flush();
    }
}

void Relay::read_socket() {
    std::array<char, 512> buffer;
    const auto size = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (size <= 0) {
        disconnect();
        return;
    }
    orders_.feed({buffer.data(), static_cast<std::size_t>(size)});
    bool has_nudge = false;
    while (true) {
        const auto order = orders_.next();
        if (!order) {
            disconnect();
            return;
        }
        if (!order->has_value()) {
            break;
        }
        has_nudge = has_nudge || std::holds_alternative<Nudge>(**order);
    }
    if (has_nudge) {
        nudge();
    }
}

void Relay::flush() {
    while (is_connected() && !queue_.front().empty()) {
        const auto next = queue_.front();
        const auto size = send(socket_, next.data(), next.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size >= 0) {
            queue_.sent(static_cast<std::size_t>(size));
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            disconnect();
        }
    }
}

// A byte that supervisord reads and forgets. A pipe that polls writable has room for it: this
// cannot block, without changing the flags of a descriptor that may be shared.
void Relay::nudge() {
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    if (poll(&room, 1, 0) > 0 && (room.revents & POLLOUT) != 0) {
        [[maybe_unused]] const auto size = write(STDERR_FILENO, "\n", 1);
    }
}

int Relay::poll_timeout_ms() const {
    if (is_connected()) {
        return -1;
    }
    return static_cast<int>(std::clamp<std::int64_t>(retry_at_ms_ - now_ms(), 0, kLastRetryMs));
}

}  // namespace sup::listener
