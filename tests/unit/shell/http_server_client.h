#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "agent/shell/event_loop.h"

// Parts of the tests of the HTTP server: the loop on a thread of its own, and a client that speaks
// raw bytes, because most of what is tried is what no HTTP client would send.
namespace sup::shell {

// Runs the loop until it is destroyed. What lives on the loop is made before and destroyed after.
class RunningLoop {
public:
    explicit RunningLoop(EventLoop& loop) : loop_(loop), thread_([&loop] { loop.run(); }) {}
    ~RunningLoop() {
        loop_.post([this] { loop_.stop(); });
        thread_.join();
    }
    RunningLoop(const RunningLoop&) = delete;
    RunningLoop& operator=(const RunningLoop&) = delete;

private:
    EventLoop& loop_;
    std::thread thread_;
};

// Runs the task on the thread of a RunningLoop, and returns when it is done.
void run_on(EventLoop& loop, const std::function<void()>& task);

// Whether it is kept within 10 s.
bool is_kept(std::promise<void>& promise);

// A blocking connection to loopback. Reads give up after 10 s, so that a fault of the server fails
// the test rather than hang it.
class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes) const;
    std::string read_response();  // one, by its Content-Length; empty at the end of the connection
    std::string read_head();      // up to the empty line; the rest is kept
    std::string read_bytes(std::size_t count);
    std::string read_all();  // until the end of the connection
    bool is_ended();         // waits for the end of the connection
    void close();

private:
    bool read_more();
    int descriptor_;
    std::string buffer_;
};

// A POST to /RPC2 with the body, and further header lines that end with \r\n.
std::string post(std::string_view body, std::string_view headers = {});

unsigned status_of(std::string_view response);
std::string body_of(std::string_view response);

}  // namespace sup::shell
