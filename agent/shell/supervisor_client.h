#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/core/command.h"
#include "agent/core/input.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/worker.h"
#include "common/base/time.h"

namespace sup::shell {

// Where the local supervisord listens, who we are to it, and where its programs look for extra
// arguments.
struct SupervisorAddress {
    std::string host;
    std::uint16_t port = 0;
    std::string username;  // empty: no credentials
    std::string password;
    std::string state_dir = {};
};

struct SupervisorDeadlines {
    Duration call = {5000};
    Duration read_everything = {15000};
};

// Carries out the core's calls to the local supervisord: one at a time, in order, on a thread of
// its own, each with a deadline. Each call gets exactly one reply, on the loop's thread, whatever
// happens.
//
// Rationale for a new connection per call: an answer over a connection that is kept costs 40 ms
// more, because supervisord writes it in two pieces and the second waits for an acknowledgement.
class SupervisorClient {
public:
    using OnReply = std::function<void(core::SupervisorReply)>;

    SupervisorClient(EventLoop& loop, SupervisorAddress address, OnReply on_reply,
                     SupervisorDeadlines deadlines = {});
    // Gives up the call in flight; replies that have not come yet never will.
    ~SupervisorClient();
    SupervisorClient(const SupervisorClient&) = delete;
    SupervisorClient& operator=(const SupervisorClient&) = delete;

    // Once, before the first client and before any thread.
    static void prepare_library();

    void call(core::CallSupervisor call);

private:
    class Session;

    EventLoop& loop_;
    // Replies on their way when the client ends find nobody.
    std::shared_ptr<OnReply> on_reply_;
    std::atomic<bool> is_ending_{false};
    std::unique_ptr<Session> session_;  // of the worker's thread
    Worker worker_;
};

}  // namespace sup::shell
