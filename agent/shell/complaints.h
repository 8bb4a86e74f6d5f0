#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/time.h"

namespace sup::shell {

// Strangers must not fill the log: one complaint at once, then one per period with the number of
// the others.
class Complaints {
public:
    explicit Complaints(Duration period) : period_(period) {}

    // The line to write now, if any.
    std::optional<std::string> next(Instant now, const std::string& text);

private:
    Duration period_;
    std::optional<Instant> written_;
    std::uint64_t kept_back_ = 0;
};

}  // namespace sup::shell
