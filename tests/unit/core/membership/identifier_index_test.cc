#include "agent/core/membership/identifier_index.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace sup;
using namespace sup::core;

namespace {

class Index {
public:
    void insert(const std::string& name) {
        index.insert(name, InstanceId{static_cast<std::uint32_t>(names.size())});
        names.push_back(name);
    }
    std::optional<InstanceId> find(const std::string& name) const {
        return index.find(name, [&](InstanceId id) { return names[id.value] == name; });
    }

    IdentifierIndex index;
    std::vector<std::string> names;
};

std::string name_of(int number) {
    return "10.0.0." + std::to_string(number) + ":60000";
}

}  // namespace

TEST_CASE("each identifier is found, however many there are, and no other one") {
    Index index;
    CHECK_FALSE(index.find(name_of(0)));
    for (int number = 0; number < 1000; ++number) {
        index.insert(name_of(number));
        CHECK(index.find(name_of(number)) == InstanceId{static_cast<std::uint32_t>(number)});
        CHECK_FALSE(index.find(name_of(number + 1)));
    }
    for (int number = 0; number < 1000; ++number) {
        REQUIRE(index.find(name_of(number)) == InstanceId{static_cast<std::uint32_t>(number)});
    }
    index.index.clear();
    CHECK_FALSE(index.find(name_of(7)));
}

TEST_CASE(
    "of two instances with one identifier the first is found, also when the table has grown") {
    Index index;
    for (int number = 0; number < 500; ++number) {
        index.insert(name_of(number % 250));
        REQUIRE(index.find(name_of(0)) == InstanceId{0});
    }
    for (int number = 0; number < 250; ++number) {
        REQUIRE(index.find(name_of(number)) == InstanceId{static_cast<std::uint32_t>(number)});
    }
}

TEST_CASE("a text of the same hash is not taken for the identifier") {
    Index index;
    index.insert(name_of(1));
    CHECK_FALSE(index.index.find(name_of(1), [](InstanceId) { return false; }));
}
