#include "agent/core/operations/ending.h"

#include <algorithm>

namespace sup::core {
namespace {

constexpr Duration kMargin = 5_s;

}  // namespace

Instant all_down_by(Instant now, const std::vector<ProcessRecord>& records) {
    Duration longest;
    for (const auto& record : records) {
        longest = std::max(longest, record.stopwaitsecs);
    }
    return now + longest + kMargin;
}

}  // namespace sup::core
