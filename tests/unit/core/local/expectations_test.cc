#include "agent/core/local/expectations.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;

namespace {

const ProcessName kWeb{"shop", "web"};

}  // namespace

TEST_CASE("nothing is asked before the news is due") {
    Expectations expectations;
    CHECK(expectations.next_deadline() == kNever);
    expectations.expect(kWeb, {100});
    CHECK(expectations.next_deadline() == Instant{100});
    CHECK_FALSE(expectations.nudge_due({99}));
    CHECK(expectations.nudge_due({100}));
}

TEST_CASE("nudges are further and further apart, and come to an end after about a second") {
    Expectations expectations;
    expectations.expect(kWeb, {0});
    int nudges = 0;
    Instant last;
    while (expectations.next_deadline() != kNever) {
        const auto next = expectations.next_deadline();
        CHECK((nudges == 0 || next > last));
        last = next;
        CHECK(expectations.nudge_due(next));
        ++nudges;
    }
    CHECK(nudges == 11);
    CHECK(last < Instant{1500});
    CHECK(last > Instant{500});
}

TEST_CASE("the news ends them") {
    Expectations expectations;
    expectations.expect(kWeb, {0});
    CHECK(expectations.nudge_due({0}));
    expectations.fulfil(kWeb);
    CHECK(expectations.next_deadline() == kNever);
    CHECK_FALSE(expectations.nudge_due({1000}));
}

TEST_CASE("a new expectation replaces the former one, several are told together") {
    Expectations expectations;
    expectations.expect(kWeb, {10});
    expectations.expect(kWeb, {20});
    expectations.expect({"shop", "db"}, {15});
    CHECK(expectations.next_deadline() == Instant{15});
    CHECK(expectations.nudge_due({20}));
    expectations.clear();
    CHECK(expectations.next_deadline() == kNever);
}
