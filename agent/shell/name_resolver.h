#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/shell/event_loop.h"
#include "common/base/result.h"

namespace sup::shell {

// Names of hosts to IPv4 addresses. Asking the system may block for many seconds, so each question
// has a thread of its own, which nobody waits for: when the resolver is gone, late answers are
// dropped.
class NameResolver {
public:
    using OnAddress = std::function<void(Result<std::string>)>;  // the first address, as numbers

    explicit NameResolver(EventLoop& loop);
    ~NameResolver();
    NameResolver(const NameResolver&) = delete;
    NameResolver& operator=(const NameResolver&) = delete;

    // Answers later, on the loop's thread, exactly once unless the resolver goes first.
    void resolve(const std::string& host, OnAddress on_address);

private:
    struct Gate;
    std::shared_ptr<Gate> gate_;
};

// Whether the text is an IPv4 address in numbers, which needs no resolution.
bool is_numeric_address(const std::string& host);
// Whether it means this host only, as written: `localhost` or 127.x.y.z.
bool is_loopback(const std::string& host);

}  // namespace sup::shell
