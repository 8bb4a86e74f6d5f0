#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/shell/event_loop.h"
#include "agent/shell/supervisor_client.h"
#include "common/base/result.h"

namespace sup::shell {

// The calls of clients to `supervisor.*` and `system.*`, relayed to the local supervisord as they
// are. One thread carries them all: a call that waits (startProcess) keeps no other from going
// through. As in supervisord itself, no call has a time-out; a client that leaves cancels its call.
class SupervisorForward {
public:
    using CallNumber = std::uint64_t;

    // What supervisord answered, whatever its status.
    struct Relayed {
        unsigned status = 0;
        std::string body;
    };
    using OnRelayed = std::function<void(Result<Relayed>)>;

    struct Post {
        std::string body;
        // The client's own header, used where our configuration has only the hash of the password.
        std::string authorization;
    };

    static constexpr std::size_t kMaxCalls = 128;  // in progress at once

    SupervisorForward(EventLoop& loop, SupervisorAddress address);
    // Gives up the calls in progress: their OnRelayed is not called any more.
    ~SupervisorForward();
    SupervisorForward(const SupervisorForward&) = delete;
    SupervisorForward& operator=(const SupervisorForward&) = delete;

    // on_relayed is called once, later, on the loop's thread, unless the call is cancelled.
    CallNumber post(Post call, OnRelayed on_relayed);
    void cancel(CallNumber number);

private:
    class Carrier;
    struct Waiting;

    EventLoop& loop_;
    std::shared_ptr<Waiting> waiting_;
    CallNumber last_ = 0;
    std::unique_ptr<Carrier> carrier_;
};

}  // namespace sup::shell
