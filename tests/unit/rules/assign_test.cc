#include "rules/assign.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"

using namespace sup;
using namespace sup::rules;

namespace {

IdentifierList hash(std::vector<std::string> names) {
    return {names.empty(), true, false, std::move(names)};
}
IdentifierList at(std::vector<std::string> names) {
    return {names.empty(), false, true, std::move(names)};
}
IdentifierList plain(std::vector<std::string> names) {
    return {names.empty(), false, false, std::move(names)};
}

std::vector<GroupMember> members(std::size_t count, const IdentifierList& list) {
    std::vector<GroupMember> group(count);
    for (std::size_t i = 0; i < count; ++i) {
        group[i] = {list, std::nullopt, concat("p_", i)};
    }
    return group;
}

struct Assigned {
    std::string instances;
    std::vector<std::string> remarks;
};

Assigned assign(std::vector<GroupMember>& group, const std::vector<std::string>& reference) {
    Assigned result;
    assign_members(group, reference, result.remarks);
    std::vector<std::string> instances;
    for (const auto& member : group) {
        instances.push_back(member.assigned.value_or("-"));
    }
    result.instances = join(instances, " ");
    return result;
}

const std::vector<std::string> kThree = {"a", "b", "c"};

}  // namespace

TEST_CASE("# rolls over the list (R-70)") {
    auto group = members(7, hash({}));
    const auto result = assign(group, kThree);
    CHECK(result.instances == "a b c a b c a");
    CHECK(result.remarks.empty());
}

TEST_CASE("@ gives one process to each instance, the others wait (R-69)") {
    auto group = members(4, at({"x"}));
    auto result = assign(group, {"a", "b"});
    CHECK(result.instances == "a b - -");
    CHECK(result.remarks == std::vector<std::string>{
                                "process 'p_2' cannot be assigned: '@' gives one process to each "
                                "of a, b and all are taken",
                                "process 'p_3' cannot be assigned: '@' gives one process to each "
                                "of a, b and all are taken"});
    // Another instance becomes known.
    result = assign(group, kThree);
    CHECK(result.instances == "a b c -");
}

TEST_CASE("an assignment is final, new processes fill what is used least (R-71)") {
    auto group = members(5, hash({}));
    group[0].assigned = "b";
    group[3].assigned = "b";
    group[4].assigned = "gone";
    CHECK(assign(group, kThree).instances == "b a c b gone");
    group.push_back({hash({}), std::nullopt, "p_5"});
    CHECK(assign(group, kThree).instances == "b a c b gone a");
    // The second and third were removed: their instances are free again.
    group.erase(group.begin() + 1, group.begin() + 3);
    group.push_back({hash({}), std::nullopt, "p_6"});
    CHECK(assign(group, kThree).instances == "b b gone a c");
}

TEST_CASE("a group that is settled is left alone, without a word") {
    auto group = members(2, hash({"x"}));
    group[1].identifiers = at({"y"});
    group[0].assigned = "a";
    group[1].assigned = "a";
    const auto result = assign(group, kThree);
    CHECK(result.instances == "a a");
    CHECK(result.remarks.empty());
    auto fixed = members(2, plain({"a"}));
    CHECK(assign(fixed, kThree).instances == "- -");
    std::vector<GroupMember> nobody;
    CHECK(assign(nobody, kThree).remarks.empty());
}

TEST_CASE("# without any known instance leaves the processes unassigned (R-73)") {
    auto group = members(1, hash({"x", "y"}));
    const auto result = assign(group, {});
    CHECK(result.instances == "-");
    CHECK(result.remarks == std::vector<std::string>{
                                "process 'p_0' cannot be assigned: no instance of 'x,y' is known"});
}

TEST_CASE("a plain list in the group disturbs nobody (R-73)") {
    auto group = members(4, hash({}));
    group[0].identifiers = plain({"a"});
    group[1].identifiers = plain({"elsewhere"});
    const auto result = assign(group, {"a", "b"});
    CHECK(result.instances == "- - b a");
    CHECK(result.remarks == std::vector<std::string>{"process 'p_1' is bound to 'elsewhere', which "
                                                     "is not in the list that the others share"});
    auto others = members(2, at({}));
    others[0].identifiers = plain({"a"});
    CHECK(assign(others, {"a", "b"}).instances == "- b");
}

TEST_CASE("lists that differ in a group: the last one applies, and it is said (R-72)") {
    auto group = members(2, hash({"x"}));
    group[1].identifiers = hash({"y", "z"});
    REQUIRE(group_identifiers(group));
    CHECK(group_identifiers(group)->names == std::vector<std::string>{"y", "z"});
    CHECK(assign(group, kThree).remarks ==
          std::vector<std::string>{"process 'p_0' and others of its program have different "
                                   "identifiers: 'y,z' applies to all of them"});
}

TEST_CASE("# and @ in a group: # is dropped (R-72)") {
    auto group = members(3, hash({}));
    group[0].identifiers = at({});
    CHECK(group_identifiers(group)->at);
    const auto result = assign(group, {"a", "b"});
    CHECK(result.instances == "a b -");
    REQUIRE(result.remarks.size() == 2);
    CHECK(result.remarks[0] ==
          "process 'p_0' and others of its program have '#' and '@': '#' is dropped");
}

TEST_CASE("without a name, remarks give the index") {
    std::vector<GroupMember> group = {{hash({}), std::nullopt}};
    CHECK(assign(group, {}).remarks ==
          std::vector<std::string>{
              "the process of index 0 cannot be assigned: no instance of '*' is known"});
}
