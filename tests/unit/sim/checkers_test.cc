#include <catch2/catch.hpp>

#include <string>

#include "rules/load.h"
#include "tests/sim/invariants.h"
#include "tests/sim/promises.h"
#include "tests/sim/story.h"

// Each checker of the simulated world sees a broken world and must say so. The seam is what
// observers are told: the world is sound, and the checker hears something else.
namespace sup::sim {
namespace {

constexpr std::string_view kRules = R"(<root>
<application name="shop"><start_sequence>1</start_sequence><programs>
<program name="db"><start_sequence>1</start_sequence><stop_sequence>1</stop_sequence>
<expected_loading>60</expected_loading></program>
<program name="web"><start_sequence>2</start_sequence><stop_sequence>2</stop_sequence>
<expected_loading>60</expected_loading></program>
</programs></application></root>)";

const ProcessName kDb = {"shop", "db"};
const ProcessName kWeb = {"shop", "web"};

core::Settings settings() {
    core::Settings settings;
    settings.list_is_set = true;
    settings.synchro_options = {SynchronizationOption::Strict};
    return settings;
}

// Three instances in OPERATION; the shop runs: db and web on two of them.
struct Scene {
    Fleet fleet;
    Invariants invariants{fleet};
    Promises promises{fleet};

    explicit Scene(Duration time = {30'000}, const core::Settings& common = settings())
        : fleet({{"a", "a", "a", 60000}, {"b", "b", "b", 60000}, {"c", "c", "c", 60000}}, common,
                1) {
        const rules::RulesFile file{"rules.xml", std::string(kRules)};
        const auto rules = std::get<rules::LoadedRules>(rules::load_rules({&file, 1})).rules;
        fleet.observe(invariants);
        fleet.observe(promises);
        invariants.set_rules(rules);
        promises.set_rules(rules);
        ProgramModel program;
        program.config.autostart = false;
        std::vector<ProgramModel> programs(2, program);
        programs[0].config.process = kDb;
        programs[1].config.process = kWeb;
        for (std::size_t place = 0; place < fleet.size(); ++place) {
            fleet.at(place).set_rules(rules);
            fleet.at(place).set_programs(programs);
            fleet.start(place);
        }
        fleet.run(time);
        CHECK(said().empty());
        CHECK(invariants.unrest().empty());
    }

    std::string said() {
        invariants.check_now();
        std::string all;
        for (const auto& breach : invariants.take_breaches()) {
            all += breach + "\n";
        }
        for (const auto& breach : promises.take_breaches()) {
            all += breach + "\n";
        }
        return all;
    }
    std::size_t place_of(const ProcessName& process) {
        for (std::size_t place = 0; place < fleet.size(); ++place) {
            if (is_running_like(fleet.at(place).supervisord().state_of(process))) {
                return place;
            }
        }
        return fleet.size();
    }
    // As if the agent of `place` had asked for it.
    void hear(std::size_t place, const core::Command& command) {
        invariants.on_command(place, command);
        promises.on_command(place, command);
    }
    // The first one is the Master.
    void hear_intent(const ProcessName& process, ProcessIntent intent,
                     const std::string& extra_args = {}) {
        Message message;
        message.sender = fleet.at(0).name();
        message.term = 9;
        message.payload = IntentChanged{{process, intent, extra_args, {}}};
        hear(0, core::SendToPeers{{}, message});
    }
};

core::CallSupervisor start_of(const ProcessName& process) {
    return {1, core::StartProcesses{{full_name(process)}}};
}
core::CallSupervisor stop_of(const ProcessName& process) {
    return {1, core::StopProcesses{{full_name(process)}}};
}
core::PublishEvent state_of(FsmState state) {
    SupvisorsInfo info;
    info.fsm = state;
    return {info};
}

bool says(const std::string& text, std::string_view what) {
    INFO(text);
    return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a checker sees a state reached by a way that does not exist") {
    Scene scene;
    scene.hear(0, state_of(FsmState::Final));
    CHECK(says(scene.said(), "went from OPERATION to FINAL"));
}

TEST_CASE("a checker sees two answers, an answer to nobody, and no answer") {
    Scene scene;
    scene.invariants.on_request(0, 7);
    CHECK(says(scene.invariants.unrest().front(), "request 7"));
    scene.hear(0, core::AnswerOperator{7, Done{}});
    CHECK(scene.said().empty());
    scene.hear(0, core::AnswerOperator{7, Done{}});
    CHECK(says(scene.said(), "request 7 answered twice"));
    scene.hear(0, core::AnswerOperator{8, Done{}});
    CHECK(says(scene.said(), "request 8 was never made"));
}

TEST_CASE("a checker sees an order of an old term carried out") {
    Scene scene;
    Message message;
    message.term = 5;
    message.payload = Orders{};
    scene.invariants.on_delivery(0, 1, message);
    message.term = 4;
    message.payload = Orders{{{1, OrderKind::Start, kDb, {}}}};
    scene.invariants.on_delivery(0, 1, message);
    scene.hear(1, start_of(kDb));
    CHECK(says(scene.said(), "of an old term"));
}

TEST_CASE("a checker sees a node loaded above its limit, and a second copy") {
    Scene scene;
    scene.hear(scene.place_of(kDb), start_of(kWeb));
    const auto text = scene.said();
    CHECK(says(text, "to 120"));
    CHECK(says(text, "shop:web is started while it runs on"));
}

TEST_CASE("a checker sees an agent that never sleeps") {
    Scene scene;
    for (int i = 0; i < 30; ++i) {
        scene.invariants.on_late_deadline(0, {1});
    }
    CHECK(says(scene.said(), "never sleeps"));
}

TEST_CASE("a checker sees a plan without a deadline, and one that nobody watches") {
    Scene scene;
    scene.invariants.judge_plans(0, {{"the start of shop:db", Instant{2'000}}}, Instant{2'000});
    CHECK(scene.said().empty());
    scene.invariants.judge_plans(0, {{"the start of shop:db"}}, Instant{2'000});
    CHECK(says(scene.said(), "the start of shop:db has no deadline"));
    scene.invariants.judge_plans(0, {{"the start of shop:db", Instant{1'999}}}, Instant{2'000});
    CHECK(says(scene.said(), "has a deadline that nobody watches"));
}

TEST_CASE("what a Master has under way is shown to the checkers with its deadline") {
    Scene scene;
    scene.fleet.at(scene.place_of(kDb)).supervisord().stick({8'000});
    scene.invariants.on_request(0, 1);
    scene.fleet.at(0).step(core::OperatorRequest{1, StopProcess{{"shop", "db"}, Wait::No}});
    const auto plans = scene.fleet.at(0).queries().undertakings();
    REQUIRE_FALSE(plans.empty());
    CHECK(says(plans.front().what, "the stop of shop:db"));
    CHECK(plans.front().due != kNever);
}

// Cores that leave conflicts to their users, where they are told to solve them.
TEST_CASE("a checker sees a conflict that nobody solves") {
    auto broken = settings();
    broken.conciliation_strategy = ConciliationStrategy::User;
    Scene scene({30'000}, broken);
    for (std::size_t place = 0; place < scene.fleet.size(); ++place) {
        scene.fleet.at(place).supervisord().start_process(kDb);
    }
    scene.fleet.run({10'000});
    CHECK(scene.invariants.unrest().empty());
    for (std::size_t place = 0; place < scene.fleet.size(); ++place) {
        auto wanted = scene.fleet.at(place).settings();
        wanted.conciliation_strategy = ConciliationStrategy::Senicide;
        scene.fleet.at(place).set_settings(wanted);
    }
    CHECK(says(scene.invariants.unrest().front(), "shop:db runs on"));
}

TEST_CASE("a checker sees two Masters of one federation") {
    Scene scene;
    // Two groups apart, each with its Master; then the checker is told that nothing is cut.
    scene.fleet.network().cut(0, 1);
    scene.fleet.network().cut(1, 0);
    scene.fleet.network().cut(0, 2);
    scene.fleet.network().cut(2, 0);
    scene.fleet.run({60'000});
    CHECK(scene.said().empty());
    scene.fleet.network().heal();
    CHECK(says(scene.said(), "is in charge, and so is"));
}

TEST_CASE("a checker sees a world without rest") {
    Scene scene;
    scene.fleet.at(2).kill_agent();
    scene.fleet.run({500});
    scene.fleet.at(2).start_agent();
    CHECK_FALSE(scene.invariants.unrest().empty());
}

TEST_CASE("a checker sees starts out of order") {
    Scene scene;
    scene.fleet.at(scene.place_of(kDb)).supervisord().stop_process(kDb);
    scene.fleet.run({1'000});
    scene.hear_intent(kDb, ProcessIntent::Due);
    scene.hear_intent(kWeb, ProcessIntent::Due);
    scene.hear(0, start_of(kWeb));
    CHECK(says(scene.said(), "shop:web is started before shop:db"));
}

TEST_CASE("a checker sees a start with other arguments than those that are wanted") {
    Scene scene;
    scene.hear_intent(kWeb, ProcessIntent::Due, "-x");
    scene.hear(0, start_of(kWeb));
    CHECK(says(scene.said(), "shop:web is started with '', wanted is '-x'"));
}

TEST_CASE("a checker sees stops out of order") {
    Scene scene;
    scene.promises.on_request(3, StopApplication{"shop", Wait::Yes});
    scene.hear(scene.place_of(kDb), stop_of(kDb));
    CHECK(says(scene.said(), "shop:db is stopped before shop:web"));
}

TEST_CASE("a checker sees a start of what a user stopped") {
    Scene scene;
    scene.promises.on_request(3, StopProcess{{"shop", "db"}, Wait::Yes});
    scene.promises.on_command(0, core::AnswerOperator{3, Done{}});
    scene.hear(0, start_of(kDb));
    CHECK(says(scene.said(), "although a user stopped it"));
}

TEST_CASE("a checker sees an event that the view does not show") {
    Scene scene;
    ProcessInfo process;
    process.application_name = "shop";
    process.process_name = "db";
    process.state = ProcessState::Stopped;
    scene.hear(0, core::PublishEvent{process});
    InstanceInfo instance;
    instance.identifier = "b";
    instance.state = InstanceState::Failed;
    scene.hear(0, core::PublishEvent{instance});
    scene.promises.on_step_end(0);
    const auto text = scene.said();
    CHECK(says(text, "published shop:db STOPPED"));
    CHECK(says(text, "published b FAILED"));
}

TEST_CASE("a checker sees a wanted process that is down, unless somebody says why") {
    Scene scene;
    CHECK(scene.promises.unexplained().empty());
    scene.hear_intent(kWeb, ProcessIntent::Wanted);
    scene.fleet.at(scene.place_of(kWeb)).supervisord().stop_process(kWeb);
    scene.fleet.run({1'000});
    CHECK(says(scene.promises.unexplained().front(), "shop:web is wanted and down"));
    scene.hear(0, core::Note{core::NoteLevel::Warning, "sequencing", "no instance for shop:db: a"});
    CHECK_FALSE(scene.promises.unexplained().empty());
    scene.hear(0,
               core::Note{core::NoteLevel::Warning, "sequencing", "no instance for shop:web: a"});
    CHECK(scene.promises.unexplained().empty());
}

TEST_CASE("a checker sees a wanted process that was forgotten") {
    Scene scene;
    CHECK(scene.promises.forgotten().empty());
    scene.hear_intent({"shop", "lamp"}, ProcessIntent::Due);
    CHECK(says(scene.promises.forgotten().front(), "shop:lamp is still due"));
}

}  // namespace sup::sim
