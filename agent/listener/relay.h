#pragma once

#include <cstdint>
#include <string>

#include "agent/listener/event_reader.h"
#include "agent/listener/send_queue.h"
#include "agent/listener/wire.h"

// The relay itself: descriptors and a loop around the pure parts.
//
// It has two duties, in this order. To supervisord it is a listener that never fails: each event is
// acknowledged as soon as it is read, whatever becomes of the agent, and standard output carries
// nothing but that protocol. To the agent it is a messenger: it forwards events, and pokes
// supervisord awake (a byte on standard error, which supervisord polls) when asked to.
//
// It is connected to the agent, or waiting to try again: at each event, and after 50 ms, doubled at
// each failure up to 1 s. An agent that was lost has supervisord poked at each try: where the agent
// is one of its programs, it is started again at once, and not when supervisord's loop turns by
// itself. It ends with its standard input, or by a signal, and says which to the agent if it can.
namespace sup::listener {

class Relay {
public:
    explicit Relay(std::string socket_path);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    // Until the end; the exit status of the program.
    int run();

private:
    enum class Ended { No, Yes };

    Ended on_stdin();
    Ended on_events(std::string_view bytes);
    Ended farewell(ByeReason reason);
    Ended acknowledge();
    void forward(const ReceivedEvent& event);

    bool is_connected() const { return socket_ >= 0; }
    void connect();
    void disconnect();
    void on_socket(short happened);
    void read_socket();
    void flush();
    void nudge();
    int poll_timeout_ms() const;

    std::string path_;
    std::string hello_;
    int signals_ = -1;
    int socket_ = -1;
    bool had_agent_ = false;
    std::int64_t retry_at_ms_ = 0;  // monotonic; meaningful while not connected
    std::int64_t retry_delay_ms_;
    EventReader reader_;
    FrameReader orders_;
    SendQueue queue_;
    int exit_status_ = 0;
};

}  // namespace sup::listener
