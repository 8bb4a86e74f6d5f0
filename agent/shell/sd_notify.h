#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/time.h"

// What systemd wants to know of a service of Type=notify, by the datagrams that sd_notify(3)
// describes. Elsewhere nothing happens.
namespace sup::shell {

class ServiceManager {
public:
    // Takes its variables out of the environment, so that no child believes them its own.
    static ServiceManager from_environment();

    void ready() const;     // READY=1
    void stopping() const;  // STOPPING=1
    void alive() const;     // WATCHDOG=1
    // How often it wants to hear alive() at least; nothing: not at all.
    std::optional<Duration> watchdog_period() const { return watchdog_period_; }

private:
    void send(std::string_view state) const;

    std::string socket_;  // empty: nobody listens
    std::optional<Duration> watchdog_period_;
};

}  // namespace sup::shell
