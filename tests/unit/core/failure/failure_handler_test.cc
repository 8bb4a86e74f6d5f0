#include "agent/core/failure/failure_handler.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;
using Job = FailureHandler::Job;

namespace {

rules::RuleSet rules_of_shop() {
    rules::ProgramElement web;
    web.name = "web";
    web.start_sequence = 1;
    rules::ProgramElement tool;
    tool.name = "tool";
    rules::ApplicationElement shop;
    shop.name = "shop";
    shop.programs = {web, tool};
    rules::RuleSet rules;
    rules.applications = {shop};
    return rules;
}

// One application: `web` of rank 1, `tool` of rank 0.
struct Shop {
    Inventory inventory{rules_of_shop(), {"a"}};
    ProcessId web = add("web");
    ProcessId tool = add("tool");
    ApplicationId id = inventory.at(web).application;
    FailureHandler handler;

    ProcessId add(const std::string& name) {
        ProcessRecord record;
        record.process = {"shop", name};
        record.state = ProcessState::Fatal;
        return inventory.update({0}, record, Instant{1});
    }
    FailureHandler::Ready take(Job job = Job::None, Instant now = {1000}) {
        return handler.take_ready(now, inventory, [job](ApplicationId) { return job; });
    }
};

}  // namespace

TEST_CASE("STOP_APPLICATION prevails over all, in whatever order they come (B-171, E-163)") {
    Shop shop;
    shop.handler.restart_process(shop.web);
    shop.handler.stop_application(shop.id);
    shop.handler.restart_application(shop.id, {1000});
    shop.handler.restart_process(shop.tool);
    const auto ready = shop.take();
    CHECK(ready.stops == std::vector{shop.id});
    CHECK(ready.restarts.empty());
    CHECK(ready.processes.empty());
    CHECK(shop.take().stops.empty());  // told once
}

TEST_CASE("RESTART_APPLICATION covers its ranked processes, not those of rank 0 (E-164)") {
    Shop shop;
    shop.handler.restart_process(shop.web);
    shop.handler.restart_process(shop.tool);
    shop.handler.restart_application(shop.id, {1000});
    const auto ready = shop.take();
    CHECK(ready.restarts == std::vector{shop.id});
    CHECK(ready.processes == std::vector{shop.tool});
}

TEST_CASE("a wish waits for the end of the job of its application (B-172, E-165)") {
    Shop shop;
    shop.handler.stop_application(shop.id);
    CHECK(shop.take(Job::Start).stops.empty());
    CHECK(shop.take(Job::Stop).stops.empty());
    CHECK(shop.take().stops == std::vector{shop.id});
    shop.handler.restart_process(shop.web);
    CHECK(shop.take(Job::Stop).processes.empty());
    CHECK(shop.take(Job::Start).processes == std::vector{shop.web});  // it joins
}

TEST_CASE("an application that crashes again is restarted later, then no more (D-30, E-168)") {
    Shop shop;
    Instant now{1000};
    for (const auto delay_ms : {0, 2000, 4000, 8000, 16000}) {
        const auto due = shop.handler.next_attempt(now, shop.id);
        REQUIRE(due);
        CHECK(due->ms - now.ms == delay_ms);
        now = *due + 1_s;
    }
    CHECK_FALSE(shop.handler.next_attempt(now, shop.id));

    SECTION("a calm minute forgets") {
        CHECK(shop.handler.next_attempt(now + FailureHandler::kCalm, shop.id) ==
              now + FailureHandler::kCalm);
    }
    SECTION("a user forgets") {
        shop.handler.forget(shop.id, shop.inventory);
        CHECK(shop.handler.next_attempt(now, shop.id) == now);
    }
}

TEST_CASE("a restart that is delayed is not taken before its time, and asks to be woken") {
    Shop shop;
    shop.handler.restart_application(shop.id, {5000});
    CHECK(shop.handler.next_deadline({1000}) == Instant{5000});
    CHECK(shop.take(Job::None, {4999}).restarts.empty());
    CHECK(shop.take(Job::None, {5000}).restarts == std::vector{shop.id});
    CHECK(shop.handler.next_deadline({5000}) == kNever);
}

TEST_CASE("what a user decides ends the wishes of the application") {
    Shop shop;
    shop.handler.restart_process(shop.web);
    shop.handler.restart_application(shop.id, {1000});
    shop.handler.forget(shop.id, shop.inventory);
    const auto ready = shop.take();
    CHECK(ready.restarts.empty());
    CHECK(ready.processes.empty());
}
