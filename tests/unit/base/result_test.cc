#include "common/base/result.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

namespace sup {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) {
        return Error{"odd"};
    }
    return number / 2;
}

Status demand_even(int number) {
    if (auto result = half(number); !result) {
        return result.error();
    }
    return {};
}

TEST_CASE("a Result holds a value or the error that prevented it") {
    const auto good = half(8);
    REQUIRE(good);
    CHECK(good.has_value());
    CHECK(*good == 4);

    const auto bad = half(7);
    REQUIRE_FALSE(bad);
    CHECK_FALSE(bad.has_value());
    CHECK(bad.error() == Error{"odd"});
}

TEST_CASE("a Result may hold what can only be moved, and gives it away") {
    Result<std::unique_ptr<std::string>> result(std::make_unique<std::string>("content"));
    REQUIRE(result);
    CHECK(result->get()->size() == 7);
    const std::unique_ptr<std::string> taken = std::move(*result);
    CHECK(*taken == "content");
}

TEST_CASE("a Result whose value is an Error's own type of content is not confused with an error") {
    const Result<std::string> result(std::string("looks like a message"));
    REQUIRE(result);
    CHECK(*result == "looks like a message");
}

TEST_CASE("a Status is good by default and carries an error otherwise") {
    CHECK(demand_even(2));
    CHECK(demand_even(2).has_value());
    const auto bad = demand_even(3);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().message == "odd");
}

}  // namespace
}  // namespace sup
