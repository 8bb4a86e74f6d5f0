#pragma once

#include "agent/core/command.h"
#include "common/base/result.h"

namespace sup::shell {

// The event socket, whatever its transport (option event_link): one-way, optional. It is closed
// until bind() succeeds, and the agent goes on without it. It never waits: who does not read what
// was published loses messages, or the connection. On the loop's thread.
class EventPublisher {
public:
    virtual ~EventPublisher() = default;

    // May be tried again after a failure, which names the option to change.
    virtual Status bind() = 0;
    virtual bool is_open() const = 0;
    virtual void publish(const core::PublishEvent& event) = 0;
    // The agent is about to end: subscribers are told, where the transport can.
    virtual void say_farewell() = 0;
};

}  // namespace sup::shell
