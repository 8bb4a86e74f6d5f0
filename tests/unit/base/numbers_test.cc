#include <catch2/catch.hpp>
#include <set>
#include <variant>

#include "common/base/hash.h"
#include "common/base/ids.h"
#include "common/base/overloaded.h"
#include "common/base/rng.h"

namespace sup {
namespace {

std::uint64_t hash_of(std::initializer_list<std::string_view> texts) {
    Hasher hasher;
    for (const auto text : texts) {
        hasher.add(text);
    }
    return hasher.value();
}

TEST_CASE("a digest is the same on every machine") {
    CHECK(Hasher().value() == 14695981039346656037ULL);
    // FNV-1a of "a" then of the boundary 0xff, worked out by hand.
    const std::uint64_t after_letter = (14695981039346656037ULL ^ 0x61) * 1099511628211ULL;
    CHECK(hash_of({"a"}) == (after_letter ^ 0xff) * 1099511628211ULL);
}

TEST_CASE("a digest tells apart what differs in content, order, boundaries or type") {
    CHECK(hash_of({"ab", "c"}) != hash_of({"a", "bc"}));
    CHECK(hash_of({"a", "b"}) != hash_of({"b", "a"}));
    CHECK(hash_of({}) != hash_of({""}));
    CHECK(hash_of({"same"}) == hash_of({"same"}));

    std::set<std::uint64_t> seen;
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1},
                                      std::int64_t{256}, std::int64_t{1} << 40}) {
        Hasher hasher;
        hasher.add(number);
        CHECK(seen.insert(hasher.value()).second);
    }
}

TEST_CASE("the generator is SplitMix64: its first numbers are those of the reference") {
    Rng rng(1234567);
    CHECK(rng.next() == 6457827717110365317ULL);
    CHECK(rng.next() == 3203168211198807973ULL);
    CHECK(rng.next() == 9817491932198370423ULL);
}

TEST_CASE("below stays below its bound, and reaches every number") {
    Rng rng(7);
    CHECK(rng.below(0) == 0);
    CHECK(rng.below(1) == 0);
    std::set<std::uint64_t> seen;
    for (int draw = 0; draw < 200; ++draw) {
        seen.insert(rng.below(5));
    }
    CHECK(seen == std::set<std::uint64_t>{0, 1, 2, 3, 4});
}

TEST_CASE("equal seeds give equal numbers, a copy goes its own way") {
    Rng one(42);
    Rng two(42);
    CHECK(one.next() == two.next());
    Rng copy = one;
    CHECK(copy.next() == one.next());
    CHECK(Rng(42).next() != Rng(43).next());
}

TEST_CASE("ids of one kind are ordered and those of two kinds are two types") {
    CHECK(InstanceId{1} < InstanceId{2});
    CHECK(InstanceId{} == InstanceId{0});
    STATIC_REQUIRE_FALSE(std::is_same_v<InstanceId, ProcessId>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<ProcessId, ApplicationId>);
}

TEST_CASE("a visit names every alternative") {
    const auto name = [](const std::variant<int, bool>& value) {
        return std::visit(Overloaded{[](int) { return 'i'; }, [](bool) { return 'b'; }}, value);
    };
    CHECK(name(1) == 'i');
    CHECK(name(true) == 'b');
}

}  // namespace
}  // namespace sup
