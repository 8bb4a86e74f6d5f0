#include "agent/shell/complaints.h"

#include <utility>

#include "common/base/text.h"

namespace sup::shell {

std::optional<std::string> Complaints::next(Instant now, const std::string& text) {
    if (written_ && now - *written_ < period_) {
        ++kept_back_;
        return std::nullopt;
    }
    written_ = now;
    const auto others = std::exchange(kept_back_, 0);
    return others == 0 ? text : concat(text, " (and ", others, " more before)");
}

}  // namespace sup::shell
