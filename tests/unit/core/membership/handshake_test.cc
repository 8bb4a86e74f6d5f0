#include "agent/core/membership/handshake.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;

namespace {

PeerIdentity with(std::map<std::string, std::string> options) {
    PeerIdentity identity;
    identity.options = std::move(options);
    return identity;
}

}  // namespace

TEST_CASE("equal options do not differ, whatever else does") {
    auto here = with({{"auto_fence", "true"}});
    auto there = here;
    there.nick = "other";
    there.rules_digest = 5;
    CHECK(differences(here, there, "b").empty());
}

TEST_CASE("each difference names the option and both values (E-5, E-6)") {
    const auto here = with({{"auto_fence", "true"}, {"starting_strategy", "CONFIG"}, {"x", "1"}});
    const auto there = with({{"auto_fence", "false"}, {"starting_strategy", "CONFIG"}, {"y", "2"}});
    CHECK(differences(here, there, "b:60000") ==
          std::vector<std::string>{"auto_fence is 'true' here and 'false' on b:60000",
                                   "x is '1' here and not set on b:60000",
                                   "y is not set here and '2' on b:60000"});
}
