#include "agent/shell/start_guard.h"

#include <catch2/catch.hpp>

namespace sup::shell {
namespace {

using codec::Call;
using codec::Value;
using core::Startable;

const Fault kDisabled{FaultCode::Disabled, "pair:one"};
const Fault kHidden{FaultCode::BadName, "pair:three"};

std::vector<Startable> startables() {
    return {{{"free", "free"}, ProcessState::Stopped, std::nullopt, false},
            {{"pair", "one"}, ProcessState::Stopped, kDisabled, false},
            {{"pair", "three"}, ProcessState::Stopped, kHidden, true},
            {{"pair", "two"}, ProcessState::Exited, std::nullopt, false},
            {{"pair", "up"}, ProcessState::Running, std::nullopt, false}};
}

guard::Plan plan(const char* method, std::vector<Value> parameters) {
    return plan_start({method, std::move(parameters)}, startables());
}

Value text(const char* value) {
    return {std::string(value)};
}

TEST_CASE("one process that is refused is a fault, another goes to supervisord (15.1)") {
    const auto refused = plan("supervisor.startProcess", {text("pair:one")});
    REQUIRE(std::holds_alternative<Fault>(refused));
    CHECK(std::get<Fault>(refused).text() == "DISABLED: pair:one");
    CHECK(std::get<Fault>(plan("supervisor.startProcess", {text("pair:three")})).text() ==
          "BAD_NAME: pair:three");
    struct Row {
        const char* method;
        std::vector<Value> parameters;
    };
    const auto row = GENERATE(
        Row{"supervisor.startProcess", {text("pair:two"), {true}}},
        Row{"supervisor.startProcess", {text("free")}},
        Row{"supervisor.startProcess", {text("nowhere")}}, Row{"supervisor.startProcess", {}},
        Row{"supervisor.startProcess", {{3}}}, Row{"supervisor.startProcessGroup", {text("free")}});
    CHECK(std::holds_alternative<guard::Pass>(plan(row.method, row.parameters)));
}

TEST_CASE(
    "of a group, what is refused is answered for, what is hidden or runs is left out (15.1)") {
    const auto groups = GENERATE(as<std::pair<const char*, const char*>>{},
                                 std::pair{"supervisor.startProcess", "pair:*"},
                                 std::pair{"supervisor.startProcessGroup", "pair"});
    const auto planned = plan(groups.first, {text(groups.second), {false}});
    REQUIRE(std::holds_alternative<guard::Several>(planned));
    const auto& several = std::get<guard::Several>(planned);
    CHECK(several.wait == Value{false});
    REQUIRE(several.starts.size() == 2);
    CHECK(several.starts[0].process.name == "one");
    CHECK(several.starts[0].refusal == kDisabled);
    CHECK(several.starts[1].process.name == "two");
    CHECK_FALSE(several.starts[1].refusal);
}

TEST_CASE("of all, the same") {
    const auto planned = plan("supervisor.startAllProcesses", {});
    REQUIRE(std::holds_alternative<guard::Several>(planned));
    CHECK(std::get<guard::Several>(planned).wait == Value{true});
    CHECK(std::get<guard::Several>(planned).starts.size() == 3);
}

TEST_CASE("results look like those of supervisord's group methods") {
    const auto refused = start_result({"pair", "one"}, kDisabled);
    const auto& members = std::get<codec::Struct>(refused.content);
    CHECK(*codec::find_member(members, "status") == Value{103});
    CHECK(*codec::find_member(members, "description") == text("DISABLED: pair:one"));
    CHECK(*codec::find_member(members, "group") == text("pair"));
    const auto done = start_success({"pair", "two"});
    CHECK(*codec::find_member(std::get<codec::Struct>(done.content), "status") == Value{80});
    CHECK(*codec::find_member(std::get<codec::Struct>(done.content), "description") == text("OK"));
}

}  // namespace
}  // namespace sup::shell
