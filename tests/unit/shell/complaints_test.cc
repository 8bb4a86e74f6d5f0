#include "agent/shell/complaints.h"

#include <catch2/catch.hpp>

namespace sup::shell {
namespace {

TEST_CASE("one complaint at once, then one per period with the number of the others") {
    Complaints complaints(10_s);
    const Instant start{5000};
    CHECK(complaints.next(start, "bad") == "bad");
    CHECK_FALSE(complaints.next(start, "worse"));
    CHECK_FALSE(complaints.next(start + 9'999_ms, "worse"));
    CHECK(complaints.next(start + 10_s, "worst") == "worst (and 2 more before)");
    CHECK(complaints.next(start + 20_s, "again") == "again");
}

}  // namespace
}  // namespace sup::shell
