#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agent/core/command.h"
#include "agent/core/input.h"
#include "agent/listener/wire.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/unique_fd.h"
#include "common/base/result.h"

namespace sup::shell {

// The unix socket to which the relay connects. One relay at a time: a newer one replaces the older,
// because supervisord starts a new relay only when the old one is dead or lost to it.
//
// A connection counts once its Hello has come. From then on there is exactly one RelayConnected
// and, unless the server itself ends or a newer relay replaces it, one RelayLost. Bytes that are
// not the protocol close the connection.
class RelayServer {
public:
    struct Listener {
        std::function<void(core::Input)> on_input;
        std::function<void(core::NoteLevel, std::string)> on_note;
    };

    // The directory is made (0700) if it is missing; the socket is 0600. A socket file that nobody
    // listens on is replaced; one that somebody listens on is an error.
    static Result<std::unique_ptr<RelayServer>> open(EventLoop& loop, const std::string& path,
                                                     Listener listener);
    ~RelayServer();
    RelayServer(const RelayServer&) = delete;
    RelayServer& operator=(const RelayServer&) = delete;

    // To the relay that is there, if any.
    void nudge();

private:
    struct Connection {
        UniqueFd socket;
        std::unique_ptr<EventLoop::Watch> watch;  // goes before the socket
        listener::FrameReader reader;
        bool is_introduced = false;
    };

    RelayServer(EventLoop& loop, std::string path, Listener listener);

    void on_connecting();
    void turn_away();
    void on_readable(std::uint64_t number);
    void read_frames(std::uint64_t number);
    void on_frame(std::uint64_t number, listener::Frame frame);
    void on_hello(std::uint64_t number, const listener::Hello& hello);
    void on_event(const listener::Event& event);
    void close(std::uint64_t number, core::RelayEnd end);
    void note(core::NoteLevel level, std::string text);

    EventLoop& loop_;
    std::string path_;
    Listener listener_;
    UniqueFd spare_;
    UniqueFd socket_;
    std::unique_ptr<EventLoop::Watch> watch_;
    // By number of arrival. More than one only while a newer one has not introduced itself.
    std::map<std::uint64_t, Connection> connections_;
    std::uint64_t last_number_ = 0;
};

}  // namespace sup::shell
