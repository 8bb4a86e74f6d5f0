#include "common/base/time.h"

#include <catch2/catch.hpp>

namespace sup {
namespace {

TEST_CASE("durations and instants are whole milliseconds") {
    CHECK(2_s == 2000_ms);
    CHECK(2_s + 5_ms == Duration{2005});
    CHECK(5_ms - 2_s == Duration{-1995});
    CHECK(1_s * 3 == 3_s);
    CHECK(1_s / 3 == 333_ms);
    CHECK(1_s < 1001_ms);

    const Instant start{10'000};
    CHECK(start + 2_s == Instant{12'000});
    CHECK(start - 2_s == Instant{8'000});
    CHECK(Instant{12'500} - start == 2500_ms);
    CHECK(start - Instant{12'500} == Duration{-2500});
    CHECK(start < kNever);
    CHECK(Instant{} == Instant{0});
}

TEST_CASE("wall times saturate in 32 bits, they do not wrap (E-19)") {
    struct Row {
        std::int64_t ms;
        std::int32_t want;
    };
    const auto row =
        GENERATE(Row{0, 0}, Row{999, 0}, Row{1000, 1}, Row{1'700'000'000'999, 1700000000},
                 Row{2'147'483'647'000, 2147483647}, Row{2'147'483'648'000, 2147483647},
                 Row{9'000'000'000'000'000, 2147483647}, Row{-1, 0}, Row{-5000, 0});
    CAPTURE(row.ms);
    CHECK(WallTime{row.ms}.capped_seconds() == row.want);
}

}  // namespace
}  // namespace sup
