#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "common/base/text.h"
#include "rules/assign.h"
#include "rules/formula.h"
#include "tests/unit/rules/fixtures.h"

// The worked examples of section 11 of the reference, whole.
using namespace sup;
using namespace sup::rules;
using namespace sup::rules::testing;

namespace {

const RulesFile kFarm{"10-farm.xml", R"xml(<root>
  <alias name="edge">silo,charlie</alias>
  <alias name="silo">bravo,delta</alias>
  <model name="base">
    <identifiers>server</identifiers><start_sequence>2</start_sequence>
    <required>true</required><expected_loading>15</expected_loading>
  </model>
  <model name="heavy">
    <reference>base</reference><expected_loading>40</expected_loading>
    <running_failure_strategy>RESTART_PROCESS</running_failure_strategy>
  </model>
  <model name="heaviest"><reference>heavy</reference><expected_loading>70</expected_loading></model>
  <application name="harvest">
    <start_sequence>1</start_sequence>
    <starting_failure_strategy>STOP</starting_failure_strategy>
    <running_failure_strategy>STOP_APPLICATION</running_failure_strategy>
    <programs>
      <program name="prep_disk">
        <reference>base</reference><start_sequence>1</start_sequence><wait_exit>true</wait_exit>
      </program>
      <program pattern="feed"><reference>heavy</reference></program>
      <program pattern="feed_(north|south)">
        <identifiers>edge</identifiers><start_sequence>3</start_sequence>
        <starting_failure_strategy>CONTINUE</starting_failure_strategy>
      </program>
      <program name="feed_north"><reference>heaviest</reference></program>
      <program pattern=""><stop_sequence>9</stop_sequence></program>
    </programs>
  </application>
</root>)xml"};

const RulesFile kSite{"20-site.xml", R"xml(<root>
  <alias name="silo">alpha</alias>
  <model name="base"><identifiers>charlie</identifiers><start_sequence>5</start_sequence></model>
  <application name="harvest"><start_sequence>9</start_sequence></application>
</root>)xml"};

void check_harvest(const RuleSet& rules) {
    std::vector<std::string> remarks;
    const auto harvest = resolve_application(rules, "harvest", kAlphaToDelta, remarks);
    CHECK(harvest.managed);
    CHECK(harvest.distribution == DistributionRule::AllInstances);
    CHECK(harvest.start_sequence == 1);
    CHECK(harvest.stop_sequence == 1);
    CHECK(!harvest.starting_strategy);
    CHECK(harvest.starting_failure == StartingFailureStrategy::Stop);
    CHECK(harvest.running_failure == RunningFailureStrategy::StopApplication);
    CHECK(remarks.empty());
}

struct ProcessRow {
    std::string name;
    std::string want;
};

}  // namespace

TEST_CASE("example 1: precedence, patterns, models in one file") {
    const auto loaded = load({kFarm});
    check_harvest(loaded.rules);
    const auto row = GENERATE(values<ProcessRow>({
        {"prep_disk", "server 1 1 true true 15 STOP STOP_APPLICATION"},
        {"feed_east", "server 2 2 true false 40 STOP RESTART_PROCESS"},
        {"old_feed_7", "server 2 2 true false 40 STOP RESTART_PROCESS"},
        {"feed_north", "* 0 0 false false 70 STOP RESTART_PROCESS"},
        {"feed_south", "bravo,delta,charlie 3 3 false false 0 CONTINUE STOP_APPLICATION"},
        {"chronicle", "* 0 9 false false 0 STOP STOP_APPLICATION"},
    }));
    CAPTURE(row.name);
    CHECK(show(process(loaded.rules, "harvest", row.name)) == row.want);
}

TEST_CASE("example 1: a second file changes aliases and models, not the application") {
    const auto loaded = load({kFarm, kSite});
    check_harvest(loaded.rules);
    // R-85. The chain of feed_north is too long (R-21).
    CHECK(loaded.warnings ==
          std::vector<std::string>{
              "20-site.xml:2: alias 'silo' replaces the definition at 10-farm.xml:3",
              "20-site.xml:3: model 'base' replaces the definition at 10-farm.xml:4",
              "20-site.xml:4: application 'harvest' is ignored: it is already defined at "
              "10-farm.xml:13",
              "10-farm.xml:26: application 'harvest', program 'feed_north': maximum number of "
              "references reached, model 'base' is not applied"});
    const auto row = GENERATE(values<ProcessRow>({
        {"prep_disk", "charlie 1 1 false true 0 STOP STOP_APPLICATION"},
        {"feed_east", "charlie 5 5 false false 40 STOP RESTART_PROCESS"},
        {"old_feed_7", "charlie 5 5 false false 40 STOP RESTART_PROCESS"},
        {"feed_north", "* 0 0 false false 70 STOP RESTART_PROCESS"},
        {"feed_south", "alpha,charlie 3 3 false false 0 CONTINUE STOP_APPLICATION"},
        {"chronicle", "* 0 9 false false 0 STOP STOP_APPLICATION"},
    }));
    CAPTURE(row.name);
    CHECK(show(process(loaded.rules, "harvest", row.name)) == row.want);
}

namespace {

constexpr std::string_view kMesh =
    R"xml(<application name="mesh"><start_sequence>2</start_sequence><programs>
  <program pattern="^cell_\d+$">
    <identifiers>#,console,alpha</identifiers><start_sequence>1</start_sequence>
    <expected_loading>10</expected_loading>
  </program>
  <program pattern="^beacon_\d+$">
    <identifiers>@,server</identifiers><start_sequence>1</start_sequence></program>
  <program pattern="^probe_\d+$"><identifiers>#</identifiers></program>
  <program pattern="^both_\d+$">
    <identifiers>#,@,delta</identifiers><start_sequence>2</start_sequence></program>
  <program name="gauge_1">
    <identifiers>#,bravo</identifiers><start_sequence>2</start_sequence></program>
</programs></application>)xml";

// What the core does with the names of a list: stereotypes and nicks become instances.
std::vector<std::string> reference_of(const IdentifierList& list) {
    const std::map<std::string, std::vector<std::string>> meaning = {
        {"server", {"alpha", "bravo"}}, {"console", {"charlie", "delta"}}};
    if (list.all) {
        return {"alpha", "bravo", "charlie", "delta"};
    }
    std::vector<std::string> names;
    for (const auto& name : list.names) {
        const auto group = meaning.find(name);
        const auto members =
            group == meaning.end() ? std::vector<std::string>{name} : group->second;
        names.insert(names.end(), members.begin(), members.end());
    }
    return names;
}

std::vector<GroupMember> group(const RuleSet& rules, std::initializer_list<std::string> names) {
    std::vector<GroupMember> members;
    for (const auto& name : names) {
        members.push_back({process(rules, "mesh", name).identifiers, std::nullopt, name});
    }
    return members;
}

std::string assigned(std::vector<GroupMember>& members) {
    std::vector<std::string> remarks;
    const auto list = group_identifiers(members);
    const auto reference = list ? reference_of(*list) : std::vector<std::string>{};
    assign_members(members, reference, remarks);
    std::vector<std::string> instances;
    for (const auto& member : members) {
        instances.push_back(member.assigned.value_or("-"));
    }
    return join(instances, " ");
}

}  // namespace

TEST_CASE("example 2: # and @ give processes to instances") {
    const auto rules = load_content(kMesh).rules;
    auto cells = group(rules, {"cell_10", "cell_11", "cell_12", "cell_13", "cell_14"});
    auto beacons = group(rules, {"beacon_1", "beacon_2", "beacon_3"});
    auto probes = group(rules, {"probe_0", "probe_1", "probe_2", "probe_3"});
    auto both = group(rules, {"both_0", "both_1"});
    CHECK(assigned(cells) == "charlie delta alpha charlie delta");
    CHECK(assigned(beacons) == "alpha bravo -");
    CHECK(assigned(probes) == "alpha bravo charlie delta");
    CHECK(assigned(both) == "delta -");

    CHECK(process(rules, "mesh", "cell_10").start_sequence == 1);
    CHECK(process(rules, "mesh", "probe_0").start_sequence == 0);
    CHECK(show(process(rules, "mesh", "gauge_2")) == "* 0 0 false false 0 ABORT CONTINUE");

    // update_numprocs(cell, 6): the new one goes where there are the fewest.
    cells.push_back({process(rules, "mesh", "cell_15").identifiers, std::nullopt, "cell_15"});
    CHECK(assigned(cells) == "charlie delta alpha charlie delta alpha");
    // update_numprocs(beacon, 1), then 2.
    beacons.resize(1);
    beacons.push_back({process(rules, "mesh", "beacon_2").identifiers, std::nullopt, "beacon_2"});
    CHECK(assigned(beacons) == "alpha bravo");
}

TEST_CASE("example 2: what is wrong is said") {
    const auto loaded = load_content(kMesh);
    CHECK(
        loaded.warnings ==
        std::vector<std::string>{
            "rules.xml:9: application 'mesh', program pattern '^both_\\d+$': identifiers have '#' "
            "and '@': '#' is dropped",
            "rules.xml:11: application 'mesh', program 'gauge_1': '#' and '@' are for a pattern, "
            "not for an exact name: identifiers are '*'"});
    std::vector<std::string> remarks;
    const auto gauge = resolve_process(loaded.rules, "mesh", "gauge_1", remarks);
    CHECK(show(gauge.identifiers) == "*");
    CHECK(gauge.start_sequence == 2);
    const auto both = resolve_process(loaded.rules, "mesh", "both_0", remarks);
    CHECK(show(both.identifiers) == "@,delta");
    CHECK(remarks == std::vector<std::string>{
                         "process 'mesh:gauge_1': '#' and '@' are for a pattern, not for an exact "
                         "name: identifiers are '*'",
                         "process 'mesh:both_0': identifiers have '#' and '@': '#' is dropped"});
}

namespace {

constexpr std::string_view kDesk = R"xml(<root><application pattern="desk_">
  <distribution>SINGLE_INSTANCE</distribution><identifiers>#,delta,alpha</identifiers>
  <start_sequence>4</start_sequence><stop_sequence>2</stop_sequence>
  <starting_strategy>LESS_LOADED</starting_strategy>
  <operational_status>all('view.*') and not 'alarm'</operational_status>
  <programs>
    <program pattern="view">
      <identifiers>bravo</identifiers><start_sequence>1</start_sequence>
      <required>true</required><expected_loading>30</expected_loading>
    </program>
    <program name="alarm"><required>true</required><expected_loading>120</expected_loading
    ></program>
    <program name="replay">
      <start_sequence>-3</start_sequence><wait_exit>maybe</wait_exit>
      <running_failure_strategy>restart</running_failure_strategy>
    </program>
  </programs>
</application></root>)xml";

struct DeskRow {
    std::string application;
    std::string identifiers;
    int start_sequence = 0;
};

}  // namespace

TEST_CASE("example 3: non-distributed applications") {
    const auto rules = load({{"rules.xml", std::string(kDesk)}}).rules;
    const auto row = GENERATE(values<DeskRow>({
        {"desk_1", "delta", 4},
        {"desk_02", "alpha", 4},
        {"desk_3", "delta", 4},
        {"frontdesk_4", "alpha", 4},
        {"desk_0", "-", 0},
        {"desk_x", "-", 0},
    }));
    CAPTURE(row.application);
    std::vector<std::string> remarks;
    const auto desk = resolve_application(rules, row.application, kAlphaToDelta, remarks);
    CHECK(desk.managed);
    CHECK(desk.distribution == DistributionRule::SingleInstance);
    CHECK(show(desk.identifiers) == row.identifiers);
    CHECK(desk.start_sequence == row.start_sequence);
    CHECK(desk.stop_sequence == 2);
    CHECK(desk.starting_strategy == StartingStrategy::LessLoaded);
    CHECK(desk.status_formula_text == "all('view.*') and not 'alarm'");
    CHECK(remarks.size() == (row.start_sequence == 0 ? 1U : 0U));
}

TEST_CASE("example 3: an application without rules is unmanaged") {
    const auto rules = load({{"rules.xml", std::string(kDesk)}}).rules;
    std::vector<std::string> remarks;
    const auto lobby = resolve_application(rules, "lobby", kAlphaToDelta, remarks);
    CHECK(!lobby.managed);
    CHECK(show(lobby.identifiers) == "*");
    CHECK(lobby.start_sequence == 0);
    CHECK(lobby.stop_sequence == 0);
    CHECK(!lobby.starting_strategy);
    CHECK(lobby.running_failure == RunningFailureStrategy::Continue);
    CHECK(show(process(rules, "lobby", "view_main")) == "* 0 0 false false 0 ABORT CONTINUE");
}

TEST_CASE("example 3: bad values are reported and ignored") {
    const auto loaded = load({{"rules.xml", std::string(kDesk)}});
    const std::string owner = "application pattern 'desk_', program ";
    CHECK(loaded.warnings ==
          std::vector<std::string>{
              "rules.xml:11: " + owner + "'alarm', expected_loading: 120 is not between 0 and 100",
              "rules.xml:14: " + owner + "'replay', start_sequence: -3 is not between 0 and 127",
              "rules.xml:14: " + owner + "'replay', wait_exit: 'maybe' is not true or false",
              "rules.xml:15: " + owner +
                  "'replay', running_failure_strategy: 'restart' is not one of CONTINUE, "
                  "RESTART_PROCESS, STOP_APPLICATION, RESTART_APPLICATION, SHUTDOWN, RESTART "
                  "('RESTART'?)",
              "rules.xml:11: " + owner +
                  "'alarm': it is required but its start_sequence is 0: it is taken as not "
                  "required"});
    const auto row = GENERATE(values<ProcessRow>({
        {"view_main", "bravo 1 1 true false 30 ABORT CONTINUE"},
        {"view_side", "bravo 1 1 true false 30 ABORT CONTINUE"},
        {"alarm", "* 0 0 false false 0 ABORT CONTINUE"},
        {"replay", "* 0 0 false false 0 ABORT CONTINUE"},
    }));
    CAPTURE(row.name);
    CHECK(show(process(loaded.rules, "desk_1", row.name)) == row.want);
}

namespace {

// Failures with a formula (R-98), as the core computes them.
std::string failures(const ApplicationRules& rules, std::span<const FormulaProcess> processes) {
    const auto status = rules.status_formula->evaluate(processes);
    const bool major = !status || !*status;
    bool minor = false;
    for (const auto& process : processes) {
        minor = minor || process.state == ProcessState::Fatal ||
                process.state == ProcessState::Unknown ||
                (process.state == ProcessState::Exited && !process.expected_exit);
    }
    return major ? "major" : minor ? "minor" : "none";
}

}  // namespace

TEST_CASE("example 3: the status of desk_1 while its processes change") {
    const auto rules = load({{"rules.xml", std::string(kDesk)}}).rules;
    std::vector<std::string> remarks;
    const auto desk = resolve_application(rules, "desk_1", kAlphaToDelta, remarks);
    REQUIRE(desk.status_formula);
    std::array<FormulaProcess, 4> processes = {FormulaProcess{"alarm", ProcessState::Stopped},
                                               {"replay", ProcessState::Stopped},
                                               {"view_main", ProcessState::Stopped},
                                               {"view_side", ProcessState::Stopped}};
    auto& [alarm, replay, view_main, view_side] = processes;
    CHECK(failures(desk, processes) == "major");
    view_main.state = ProcessState::Running;
    CHECK(failures(desk, processes) == "major");
    view_side.state = ProcessState::Starting;
    CHECK(failures(desk, processes) == "none");
    view_side.state = ProcessState::Running;
    CHECK(failures(desk, processes) == "none");
    alarm.state = ProcessState::Running;
    CHECK(failures(desk, processes) == "major");
    alarm = {"alarm", ProcessState::Exited, false};
    CHECK(failures(desk, processes) == "minor");
    alarm.state = ProcessState::Stopped;
    replay.state = ProcessState::Fatal;
    CHECK(failures(desk, processes) == "minor");
    view_side = {"view_side", ProcessState::Exited, true};
    replay = {"replay", ProcessState::Exited, true};
    CHECK(failures(desk, processes) == "none");
    view_side.expected_exit = false;
    CHECK(failures(desk, processes) == "major");
}

TEST_CASE("the example files load without a warning") {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("rules/examples")) {
        CAPTURE(entry.path().string());
        std::ifstream stream(entry.path());
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        const auto loaded = load({{entry.path().string(), text}});
        CHECK(loaded.warnings.empty());
        CHECK(!loaded.rules.applications.empty());
        ++count;
    }
    CHECK(count >= 3);
}
