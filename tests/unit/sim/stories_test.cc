#include <catch2/catch.hpp>

#include "tests/sim/draw.h"
#include "tests/sim/shorten.h"

namespace sup::sim {

TEST_CASE("the same seed tells the same story, and it is played in the same way") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Bounds bounds{3, 6};
        const auto story = draw(seed, bounds);
        CHECK(print(story) == print(draw(seed, bounds)));
        CHECK(play(story).hash == play(story).hash);
        CHECK(story.world.settings.instances.size() >= 3);
        CHECK(story.world.settings.instances.size() <= 6);
    }
}

TEST_CASE("another seed is another story") {
    CHECK(print(draw(1, {3, 6})) != print(draw(2, {3, 6})));
    CHECK(play(draw(1, {3, 3})).hash != play(draw(2, {3, 3})).hash);
}

TEST_CASE("breaches of one kind differ in names, numbers and dates only") {
    CHECK(kind_of_breach("BROKEN at 6.125 on n5: start of app0:p0 brings node n5 to 110") ==
          kind_of_breach("BROKEN at 7.1 on n2: start of app1:p3 brings node h2 to 140"));
    CHECK(kind_of_breach("NO REST in 180 s: n1 has jobs") !=
          kind_of_breach("NO REST in 180 s: n1 is in ELECTION"));
}

TEST_CASE("a failing story is shortened to the deed that it needs") {
    Story story;
    story.seed = 1;
    story.world.settings.list_is_set = true;
    story.world.settings.synchro_options = {SynchronizationOption::User};
    for (const auto* name : {"n1", "n2", "n3"}) {
        story.world.settings.instances.push_back({name, name, name, 60000});
    }
    story.world.rules.emplace_back("<root></root>");
    // Without a user's word, a federation that synchronises by USER waits for ever.
    for (int second = 1; second <= 8; ++second) {
        story.deeds.push_back({Duration{second * 1000}, Harm{HarmKind::KillAgent, 1}});
    }
    story.ends = {10'000};
    const auto shortened = shorten(story, 100);
    REQUIRE_FALSE(shortened.verdict.breaches.empty());
    CHECK(shortened.story.deeds.empty());
    CHECK(shortened.story.ends < story.ends);
    CHECK(shortened.played <= 100);
}

}  // namespace sup::sim
