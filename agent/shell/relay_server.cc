#include "agent/shell/relay_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/shell/relay_events.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"
#include "common/config/paths.h"

namespace sup::shell {
namespace {

// Relays that connect and never introduce themselves must not keep others out.
constexpr std::size_t kMaxConnections = 4;

Error failure(const std::string& path, std::string_view what) {
    return Error{concat("listener_socket ", path, ": ", what)};
}
Error system_failure(const std::string& path, std::string_view what) {
    return failure(path, concat(what, ": ", std::strerror(errno)));
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

// The directory and those above it, for us alone. What exists stays as it is.
Status make_directory(const std::string& path, const std::string& directory) {
    struct stat status {};
    if (stat(directory.c_str(), &status) == 0) {
        return S_ISDIR(status.st_mode)
                   ? Status()
                   : Status(failure(path, concat(directory, " is not a directory")));
    }
    const std::string parent = config::path_directory(directory);
    if (parent != directory && !parent.empty()) {
        if (auto made = make_directory(path, parent); !made) {
            return made;
        }
    }
    if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_failure(path, concat("directory ", directory, " cannot be made"));
    }
    return {};
}

// Removes a socket file that was left behind.
Status clear_path(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return errno == ENOENT ? Status() : Status(system_failure(path, "cannot be examined"));
    }
    if (!S_ISSOCK(status.st_mode)) {
        return failure(path, "a file that is not a socket is in the way");
    }
    const UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const sockaddr_un address = address_of(path);
    const int refused =
        connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (refused == 0 || errno == EAGAIN) {
        return failure(path, "another agent listens on it");
    }
    if (errno != ECONNREFUSED) {
        return system_failure(path, "cannot be tried");
    }
    return unlink(path.c_str()) == 0 || errno == ENOENT
               ? Status()
               : Status(system_failure(path, "the old socket cannot be removed"));
}

Result<UniqueFd> listen_on(const std::string& path) {
    UniqueFd descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!descriptor) {
        return system_failure(path, "no socket");
    }
    const sockaddr_un address = address_of(path);
    // Before bind, so that the file never has other rights.
    if (fchmod(descriptor.get(), 0600) != 0 ||
        bind(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return system_failure(path, "cannot be made");
    }
    if (chmod(path.c_str(), 0600) != 0 || listen(descriptor.get(), 8) != 0) {
        return system_failure(path, "cannot be listened on");
    }
    return descriptor;
}

UniqueFd open_spare() {
    return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

core::RelayEnd end_of(listener::ByeReason reason) {
    switch (reason) {
        case listener::ByeReason::Terminated:
            return core::RelayEnd::Terminated;
        case listener::ByeReason::StdinClosed:
            return core::RelayEnd::StdinClosed;
        case listener::ByeReason::BadInput:  // supervisord starts it again
            return core::RelayEnd::ConnectionLost;
    }
    return core::RelayEnd::ConnectionLost;
}

}  // namespace

Result<std::unique_ptr<RelayServer>> RelayServer::open(EventLoop& loop, const std::string& path,
                                                       Listener listener) {
    if (path.empty() || path.size() >= sizeof sockaddr_un{}.sun_path) {
        return failure(path, concat("the path of a unix socket has 1 to ",
                                    sizeof sockaddr_un{}.sun_path - 1, " bytes"));
    }
    if (auto made = make_directory(path, config::path_directory(path)); !made) {
        return made.error();
    }
    if (auto cleared = clear_path(path); !cleared) {
        return cleared.error();
    }
    auto descriptor = listen_on(path);
    if (!descriptor) {
        return descriptor.error();
    }
    std::unique_ptr<RelayServer> server(new RelayServer(loop, path, std::move(listener)));
    server->socket_ = std::move(*descriptor);
    server->watch_ =
        loop.watch_readable(server->socket_.get(), [raw = server.get()] { raw->on_connecting(); });
    return server;
}

RelayServer::RelayServer(EventLoop& loop, std::string path, Listener listener)
    : loop_(loop), path_(std::move(path)), listener_(std::move(listener)), spare_(open_spare()) {}

RelayServer::~RelayServer() {
    unlink(path_.c_str());  // while it is still ours
}

void RelayServer::on_connecting() {
    UniqueFd socket(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) {
        if (errno == EMFILE || errno == ENFILE) {
            turn_away();
        }
        return;
    }
    if (connections_.size() >= kMaxConnections) {
        // The oldest one that is not the relay in service.
        for (auto it = connections_.begin(); it != connections_.end(); ++it) {
            if (!it->second.is_introduced) {
                connections_.erase(it);
                break;
            }
        }
    }
    const std::uint64_t number = ++last_number_;
    Connection& connection = connections_[number];
    connection.socket = std::move(socket);
    connection.watch =
        loop_.watch_readable(connection.socket.get(), [this, number] { on_readable(number); });
}

// No descriptor is left: without this one kept for the purpose, the waiting connection could
// neither be taken nor refused, and would wake the loop for ever.
void RelayServer::turn_away() {
    spare_.reset();
    UniqueFd(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)).reset();
    spare_ = open_spare();
    note(core::NoteLevel::Warning, "relay socket: no more descriptors, a connection was refused");
}

void RelayServer::on_readable(std::uint64_t number) {
    const auto found = connections_.find(number);
    if (found == connections_.end()) {
        return;
    }
    std::array<char, 32 * 1024> bytes;
    const auto got = recv(found->second.socket.get(), bytes.data(), bytes.size(), 0);
    if (got > 0) {
        found->second.reader.feed(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
        read_frames(number);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(number, core::RelayEnd::ConnectionLost);
    }
}

void RelayServer::read_frames(std::uint64_t number) {
    // What a frame leads to may end this connection: look it up each time.
    for (auto found = connections_.find(number); found != connections_.end();
         found = connections_.find(number)) {
        auto frame = found->second.reader.next();
        if (!frame) {
            note(core::NoteLevel::Warning, concat(frame.error().message, "; connection closed"));
            close(number, core::RelayEnd::ConnectionLost);
            return;
        }
        if (!frame->has_value()) {
            return;
        }
        on_frame(number, std::move(**frame));
    }
}

void RelayServer::on_frame(std::uint64_t number, listener::Frame frame) {
    const bool is_hello = std::holds_alternative<listener::Hello>(frame);
    if (connections_.at(number).is_introduced == is_hello) {
        note(core::NoteLevel::Warning,
             "relay socket: one Hello frame, and that first, was "
             "expected; connection closed");
        close(number, core::RelayEnd::ConnectionLost);
        return;
    }
    std::visit(Overloaded{
                   [&](const listener::Hello& hello) { on_hello(number, hello); },
                   [&](const listener::Event& event) { on_event(event); },
                   [&](const listener::Dropped& dropped) {
                       note(core::NoteLevel::Debug,
                            concat("the relay dropped ", dropped.count, " events"));
                       listener_.on_input(core::EventsDropped{});
                   },
                   [&](const listener::Bye& bye) { close(number, end_of(bye.reason)); },
                   [](const listener::Nudge&) {},
                   [](const listener::UnknownFrame&) {},
               },
               frame);
}

void RelayServer::on_hello(std::uint64_t number, const listener::Hello& hello) {
    if (hello.version != listener::kWireVersion) {
        note(core::NoteLevel::Warning,
             concat("relay socket: the relay speaks version ", hello.version, ", version ",
                    listener::kWireVersion, " was expected; connection closed"));
        close(number, core::RelayEnd::ConnectionLost);
        return;
    }
    std::erase_if(connections_, [number](const auto& entry) {
        return entry.first != number && entry.second.is_introduced;
    });
    connections_.at(number).is_introduced = true;
    core::RelayConnected connected;
    connected.supervisor.pid = static_cast<std::int32_t>(hello.supervisor_pid);
    connected.supervisor.start_ticks = hello.supervisor_start_ticks;
    connected.relay_pid = static_cast<std::int32_t>(hello.relay_pid);
    listener_.on_input(connected);
}

void RelayServer::on_event(const listener::Event& event) {
    auto parsed = parse_supervisor_event(event);
    if (!parsed) {
        note(core::NoteLevel::Warning,
             concat(parsed.error().message, "; everything is read again instead"));
        listener_.on_input(core::EventsDropped{});
        return;
    }
    listener_.on_input(std::move(*parsed));
}

void RelayServer::close(std::uint64_t number, core::RelayEnd end) {
    const auto found = connections_.find(number);
    if (found == connections_.end()) {
        return;
    }
    const bool was_introduced = found->second.is_introduced;
    connections_.erase(found);
    if (was_introduced) {
        listener_.on_input(core::RelayLost{end});
    }
}

void RelayServer::nudge() {
    const std::string frame = listener::encode_nudge();
    for (auto& [number, connection] : connections_) {
        if (!connection.is_introduced) {
            continue;
        }
        // A relay whose socket is full has nudges waiting: one more says nothing new. Too small to
        // be written in part.
        [[maybe_unused]] const auto sent =
            send(connection.socket.get(), frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return;
    }
}

void RelayServer::note(core::NoteLevel level, std::string text) {
    listener_.on_note(level, std::move(text));
}

}  // namespace sup::shell
