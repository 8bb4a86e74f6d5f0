#include <catch2/catch.hpp>

#include "agent/core/inventory/process.h"

using namespace sup;
using namespace sup::core;
using P = ProcessState;

namespace {

// A process on three instances, with news that come one after the other.
class Story {
public:
    Story& on(std::uint32_t instance, ProcessState state, bool expected = true) {
        auto* copy = process_.copy_on({instance});
        if (copy == nullptr) {
            process_.copies.push_back({{instance}, {}, {}, false});
            copy = process_.copy_on({instance});
        }
        copy->record.state = state;
        copy->record.expected = expected;
        copy->received = {++time_};
        apply_news(process_, {instance}, state);
        return *this;
    }
    const Process& process() const { return process_; }
    std::vector<std::uint32_t> running_on() const {
        std::vector<std::uint32_t> places;
        for (const auto id : process_.running_on) {
            places.push_back(id.value);
        }
        return places;
    }

private:
    Process process_;
    std::int64_t time_ = 0;
};
using Places = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a process never announced is UNKNOWN (B-100)") {
    CHECK(Process().state == P::Unknown);
}

TEST_CASE("one copy: its state is the state") {
    Story story;
    CHECK(story.on(0, P::Stopped).process().state == P::Stopped);
    CHECK(story.on(0, P::Starting).process().state == P::Starting);
    CHECK(story.on(0, P::Running).running_on() == Places{0});
    CHECK(story.on(0, P::Exited, false).process().expected_exit == false);
    CHECK(story.running_on().empty());
}

TEST_CASE("two copies that run are a conflict, state by preference (7.2, E-75, E-76)") {
    Story story;
    story.on(0, P::Running).on(1, P::Starting);
    CHECK(story.process().state == P::Running);
    CHECK(story.running_on() == Places{0, 1});
    Story other;
    other.on(0, P::Starting).on(1, P::Backoff);
    CHECK(other.process().state == P::Backoff);
}

TEST_CASE("stopped copies: the latest reception wins (E-77)") {
    Story story;
    story.on(1, P::Fatal).on(0, P::Stopped);
    CHECK(story.process().state == P::Stopped);
    CHECK(story.on(1, P::Fatal).process().state == P::Fatal);
}

TEST_CASE("STOPPING somewhere wins over stopped copies (E-78)") {
    Story story;
    story.on(0, P::Running).on(0, P::Stopping).on(1, P::Stopped);
    CHECK(story.process().state == P::Stopping);
    CHECK_FALSE(story.process().is_running());
    CHECK_FALSE(story.process().is_stopped());
    CHECK(story.on(0, P::Stopped).process().state == P::Stopped);
}

TEST_CASE("one of two copies stops: the other one remains (E-83)") {
    Story story;
    story.on(0, P::Running).on(1, P::Running).on(0, P::Fatal);
    CHECK(story.process().state == P::Running);
    CHECK(story.running_on() == Places{1});
    CHECK_FALSE(story.process().shows_crash());
}

TEST_CASE("running on is limited to a running process (B-102)") {
    Story story;
    story.on(0, P::Running).on(0, P::Stopping);
    CHECK_FALSE(story.process().runs_on({0}));
}

TEST_CASE("a forced state is shown, the real one decides (B-107)") {
    Story story;
    story.on(0, P::Stopped);
    auto process = story.process();
    process.forced = ForcedState{P::Fatal, "No resource available", ""};
    CHECK(process.displayed_state() == P::Fatal);
    CHECK(process.shows_crash());
    CHECK(process.is_stopped());
    CHECK(process.state == P::Stopped);
}
