#include "agent/core/membership/discovery.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"

using namespace sup;
using namespace sup::core;

namespace {

constexpr BootId kBoot = 1000;

Settings two_listed() {
    Settings settings;
    for (const std::string nick : {"alpha", "bravo"}) {
        settings.instances.push_back({nick + ":60000", nick, nick, 60000});
    }
    settings.discovery = true;
    settings.federation_port = 60003;
    settings.stereotypes = {"server"};
    return settings;
}

struct World {
    Settings settings = two_listed();
    InstanceTable table{settings};
    Discovery discovery{settings, table, kBoot};

    void take_in(const Announcement& heard) {
        REQUIRE(std::holds_alternative<Discovery::Candidate>(discovery.judge(heard)));
        table.add({heard.identifier, heard.nick, heard.host, heard.http_port}, {});
    }
};

Announcement heard_of(const std::string& host, const std::string& nick) {
    return {host + ":60000", nick, host, 60000, 60003, {}, 1, 1};
}

std::string refusal(const Discovery::Verdict& verdict) {
    const auto* refused = std::get_if<Discovery::Refused>(&verdict);
    return refused == nullptr ? std::string() : refused->reason;
}
bool is_news(const Discovery::Verdict& verdict) {
    return std::get<Discovery::Refused>(verdict).is_news;
}

}  // namespace

TEST_CASE("we announce who we are, with a counter that grows (O-71)") {
    World world;
    const auto own = world.discovery.next_own();
    CHECK(own == Announcement{"alpha:60000", "alpha", "alpha", 60000, 60003, {"server"}, kBoot, 1});
    CHECK(world.discovery.next_own().counter == 2);
    CHECK(std::holds_alternative<Discovery::Known>(world.discovery.judge(own)));
}

TEST_CASE("neither name is known: a candidate. Both of one instance: known (O-72)") {
    World world;
    CHECK(std::holds_alternative<Discovery::Known>(
        world.discovery.judge(heard_of("bravo", "bravo"))));
    world.take_in(heard_of("charlie", "c"));
    CHECK(
        std::holds_alternative<Discovery::Known>(world.discovery.judge(heard_of("charlie", "c"))));
}

TEST_CASE("a name that is taken refuses the other one, once (E-21)") {
    struct Row {
        std::string host;
        std::string nick;
        std::string want;
    };
    const auto row = GENERATE(
        Row{"other", "bravo", "<bravo>other:60000 is not taken in: the nick bravo is that of"},
        Row{"bravo", "other", "the identifier bravo:60000 is known with the nick bravo"},
        Row{"other", "alpha", "the nick alpha is that of alpha:60000"},
        Row{"other", "bravo:60000", "one of its names is one of bravo:60000"},
        Row{"localhost", "l", "do not mean machines that reach each other"});
    CAPTURE(row.host, row.nick);
    World world;
    auto heard = heard_of(row.host, row.nick);
    const auto first = world.discovery.judge(heard);
    CHECK(refusal(first).find(row.want) != std::string::npos);
    CHECK(is_news(first));
    ++heard.counter;
    CHECK_FALSE(is_news(world.discovery.judge(heard)));
}

TEST_CASE("what is not newer than what was heard is stale") {
    World world;
    auto heard = heard_of("other", "bravo");
    heard.boot = 5;
    heard.counter = 7;
    CHECK_FALSE(refusal(world.discovery.judge(heard)).empty());
    heard.nick = "other";
    CHECK(std::holds_alternative<Discovery::Stale>(world.discovery.judge(heard)));
    heard.boot = 4;
    heard.counter = 9;
    CHECK(std::holds_alternative<Discovery::Stale>(world.discovery.judge(heard)));
    heard.boot = 6;
    heard.counter = 1;
    CHECK(std::holds_alternative<Discovery::Candidate>(world.discovery.judge(heard)));
}

TEST_CASE("another agent under our names is told of, our own former run is not") {
    World world;
    auto heard = heard_of("alpha", "alpha");
    heard.boot = kBoot - 1;
    CHECK(std::holds_alternative<Discovery::Stale>(world.discovery.judge(heard)));
    heard.boot = kBoot + 1;
    CHECK(refusal(world.discovery.judge(heard)).find("under our own names") != std::string::npos);
}

TEST_CASE("the table and the memory of those refused are bounded (D-44)") {
    World world;
    for (std::size_t i = 0; i < kMaximumDiscovered; ++i) {
        const auto name = concat("n", i);
        world.take_in(heard_of(name, name));
    }
    const auto too_many = world.discovery.judge(heard_of("late", "late"));
    CHECK(refusal(too_many).find("256 instances are discovered already") != std::string::npos);
    CHECK(is_news(too_many));
    bool ends = false;
    for (std::size_t i = 0; i < 10 * kMaximumDiscovered && !ends; ++i) {
        const auto name = concat("late", i);
        ends = !is_news(world.discovery.judge(heard_of(name, name)));
    }
    CHECK(ends);  // no more words about names that somebody makes up
    CHECK(std::holds_alternative<Discovery::Known>(world.discovery.judge(heard_of("n0", "n0"))));
}
