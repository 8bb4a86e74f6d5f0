#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "common/base/text.h"
#include "rules/load.h"
#include "tests/scenarios/options.h"

namespace sup::scenarios {
namespace {

constexpr Duration kRestLimit = {90'000};
constexpr Duration kRestStep = {500};

}  // namespace

// fleet NAME[/NODE]… [off=a,b] [seed=N] [OPTION=VALUE]…
//     The federation, in the order of supvisors_list. Those of `off` are not started by the first
//     run.
//     With multicast=GROUP each knows itself only, and meets the others by discovery; list=a,b is
//     the supvisors_list of a and b.
// option NAME… OPTION=VALUE…     other options for some instances, before they start
// rules [on=a,b]                 the lines that follow are a rules file; also while agents run
// program GROUP:NAME [on=a,b] [copies=N] [startsecs= stopwaitsecs= retries= autorestart=
// autostart=]
//     [stop=TIME|ignores] [ends=TIME] [code=N] [missing=yes]      a program of the configurations
//     [exec=DIR]                 its command runs through supvisors-exec, which looks there
// behave GROUP:NAME [on=a,b] [stop= ends= code= missing=]         from its next start on
// run TIME [show=CATEGORY,…] [of=a,b]    lets time pass; categories: see recorder.h
// start NAME… | start agent NAME… | start supervisord NAME…
// stop agent NAME (SIGTERM) | stop supervisord NAME (SIGTERM) | reload supervisord NAME (SIGHUP)
// kill agent|supervisord|listener|host NAME…    at once; a host falls silent with all that it runs
// freeze NAME TIME               the agent stands still, what it is told waits
// stick NAME TIME                the loop of supervisord stands still
// cut a->b … | open a->b …       one direction of a road
// delay a->b TIME                what enters the road from now on is late
// split a b | c …                no road between the groups
// heal                           all roads open, no weather
// weather loss=% duplicates=% disorder=%
// announce NAME IDENTIFIER [nick=] [host=] [boot=] [counter=] [stereotypes=] [many=N]
//     somebody says to NAME, through its group, that it is IDENTIFIER; N such, numbered
// clock NAME [back=TIME] [ahead=TIME]      the wall clock of its machine jumps
// disk NAME full|ok              no extra arguments can be written
// deaf NAME…                     its configuration has no listener; before it starts
// lose NAME N                    the next N events of its supervisord never arrive
// exit GROUP:NAME on NAME code=N     its process ends by itself
// supervisorctl NAME start|stop GROUP:NAME | supervisorctl NAME add|remove GROUP
// clock NAME TIME                its wall clock is ahead by that much from now on
// request NAME REQUEST … [strategy=] [wait=no] [args=]
// request NAME forget_instance INSTANCE
// request NAME enable|disable PROGRAM [wait=no] | request NAME update_numprocs PROGRAM N [lazy=yes]
// [force=yes] [wait=no] | request NAME call INSTANCE TEXT    to its interface, which takes 2 s
// give_up NAME                   the client of the last request to it is gone
// show states|processes|applications|truth|loads|intents|arguments [of=NAME]
//     arguments: what the processes that run were started with
// expect master NAME | expect state STATE | expect GROUP:NAME on a,b | expect GROUP:NAME nowhere
// expect answer ID TEXT (its beginning) | expect at_most N starts GROUP:NAME | expect one_view
//     What must hold even when transcripts are rewritten. one_view: who sees another RUNNING is
//     seen RUNNING by it.
// restless WHY                   the world need not come to rest at the end
void Scenario::dispatch(const Words& words, const Body& body) {
    const std::map<std::string, std::function<void()>> table = {
        {"fleet", [&] { fleet(words); }},
        {"option",
         [&] {
             for (const auto place : places(words, 1)) {
                 auto settings = world().at(place).settings();
                 apply_settings(words, settings);
                 world().at(place).set_settings(settings);
             }
         }},
        {"rules", [&] { rules(words, body); }},
        {"program", [&] { program(words); }},
        {"behave", [&] { behave(words); }},
        {"run", [&] { run(words); }},
        {"start", [&] { start(words); }},
        {"stop", [&] { stop(words); }},
        {"give_up", [&] { give_up(place_of(words.at(1))); }},
        {"reload", [&] { world().at(place_of(words.at(2))).supervisord().reload(); }},
        {"kill", [&] { kill(words); }},
        {"freeze", [&] { freeze(words); }},
        {"stick",
         [&] {
             world().at(place_of(words.at(1))).supervisord().stick(parse_duration(words.at(2)));
         }},
        {"cut", [&] { roads(words); }},
        {"open", [&] { roads(words); }},
        {"delay", [&] { roads(words); }},
        {"split", [&] { split(words); }},
        {"heal", [&] { world().network().heal(); }},
        {"weather", [&] { weather(words); }},
        {"announce", [&] { announce(words); }},
        {"clock", [&] { clock(words); }},
        {"lose", [&] { world().at(place_of(words.at(1))).lose_events(std::stoi(words.at(2))); }},
        {"deaf",
         [&] {
             for (const auto place : places(words, 1)) {
                 world().at(place).forget_listener();
             }
         }},
        {"exit", [&] { exit(words); }},
        {"disk", [&] { world().at(place_of(words.at(1))).fill_disk(words.at(2) == "full"); }},
        {"supervisorctl", [&] { supervisorctl(words); }},
        {"request", [&] { request(words); }},
        {"plan", [&] { plan(words); }},
        {"show", [&] { show(words); }},
        {"expect", [&] { expect(words); }},
        {"restless", [&] { may_stay_restless_ = true; }},
    };
    const auto directive = table.find(words.at(0));
    if (directive == table.end()) {
        throw std::runtime_error(concat("'", words.at(0), "' is not a directive"));
    }
    directive->second();
    static const std::set<std::string> kCalm = {"run",   "request", "plan",   "show",    "expect",
                                                "rules", "program", "behave", "restless"};
    if (fleet_ && !kCalm.contains(words.at(0))) {
        fleet_->disturbed();
    }
}

std::vector<std::string> Scenario::execute(const std::vector<std::string>& input) {
    lines_.clear();
    try {
        const auto words = parse_words(input.front());
        if (!fleet_ && words.at(0) != "fleet") {
            throw std::runtime_error("there is no fleet yet");
        }
        dispatch(words, {input.begin() + 1, input.end()});
    } catch (const std::exception& problem) {
        fail(problem.what());
    }
    if (fleet_) {
        invariants_->check_now();
        collect();
    }
    if (lines_.empty()) {
        say("ok");
    }
    return lines_;
}

void Scenario::collect() {
    for (auto& line : recorder_->take_lines()) {
        say(std::move(line));
    }
    for (const auto& breach : invariants_->take_breaches()) {
        fail(breach);
    }
}

void Scenario::fail(const std::string& what) {
    failed_ = true;
    say("!! " + what);
}

std::vector<std::string> Scenario::finish() {
    lines_.clear();
    if (!fleet_) {
        return lines_;
    }
    recorder_->show({}, {});
    fleet_->heal();
    for (Duration waited; waited < kRestLimit; waited = waited + kRestStep) {
        fleet_->run(kRestStep);
        fleet_->revive();
        if (!may_stay_restless_ && invariants_->unrest().empty()) {
            break;
        }
    }
    invariants_->check_now();
    recorder_->take_lines();
    collect();
    if (!may_stay_restless_) {
        for (const auto& reason : invariants_->unrest()) {
            fail(concat("no rest in ", kRestLimit.ms / 1000, " s: ", reason));
        }
    }
    return lines_;
}

sim::Fleet& Scenario::world() const {
    return *fleet_;
}

std::size_t Scenario::place_of(const std::string& name) const {
    const auto place = world().find(name);
    if (!place) {
        throw std::runtime_error(concat("'", name, "' is not in the fleet"));
    }
    return *place;
}

std::vector<std::size_t> Scenario::places(const Words& words, std::size_t first) const {
    std::vector<std::size_t> places;
    for (const auto& name : words.from(first)) {
        places.push_back(place_of(name));
    }
    return places;
}

void Scenario::fleet(const Words& words) {
    std::vector<core::InstanceDescription> instances;
    for (const auto& item : words.from(1)) {
        const auto parts = sup::split(item, '/');
        instances.push_back({parts.front(), parts.front(), parts.back(), 60000});
    }
    core::Settings settings;
    settings.list_is_set = true;
    settings.state_dir = "/var/lib/supvisors";
    settings.synchro_options = {SynchronizationOption::Strict, SynchronizationOption::Timeout};
    Words options{{}, {}};
    for (const auto& option : words.options) {
        if (option.first != "off" && option.first != "seed" && option.first != "list") {
            options.options.push_back(option);
        }
    }
    apply_settings(options, settings);
    fleet_ = std::make_unique<sim::Fleet>(
        std::move(instances), settings,
        static_cast<std::uint64_t>(std::stoll(words.option("seed", "1"))));
    if (settings.discovery) {
        std::vector<std::size_t> listed;
        for (const auto& name : split_list(words.option("list"))) {
            listed.push_back(place_of(name));
        }
        fleet_->let_discover(listed);
    }
    recorder_ = std::make_unique<Recorder>(*fleet_);
    invariants_ = std::make_unique<sim::Invariants>(*fleet_);
    fleet_->observe(*recorder_);
    fleet_->observe(*invariants_);
    for (const auto& name : split_list(words.option("off"))) {
        off_.insert(place_of(name));
    }
}

void Scenario::rules(const Words& words, const Body& body) {
    const rules::RulesFile file{"rules.xml", join(body, "\n")};
    const auto outcome = rules::load_rules({&file, 1});
    if (const auto* failure = std::get_if<rules::LoadFailure>(&outcome)) {
        for (const auto& error : failure->errors) {
            fail(error);
        }
        return;
    }
    const auto& loaded = std::get<rules::LoadedRules>(outcome);
    for (const auto& warning : loaded.warnings) {
        say(warning);
    }
    const auto on = split_list(words.option("on"));
    if (on.empty()) {
        invariants_->set_rules(loaded.rules);
    }
    for (std::size_t place = 0; place < world().size(); ++place) {
        const auto& name = world().at(place).name();
        if (!on.empty() && std::find(on.begin(), on.end(), name) == on.end()) {
            continue;
        }
        world().at(place).set_rules(loaded.rules);
        if (world().at(place).has_agent()) {
            world().at(place).step(core::RulesReplaced{loaded.rules});
        }
    }
}

void Scenario::program(const Words& words) {
    auto on = split_list(words.option("on"));
    for (std::size_t place = 0; place < world().size(); ++place) {
        const auto& name = world().at(place).name();
        if (!on.empty() && std::find(on.begin(), on.end(), name) == on.end()) {
            continue;
        }
        auto& programs = programs_[place];
        for (auto& program : parse_programs(words)) {
            programs.push_back(std::move(program));
        }
        world().at(place).set_programs(programs);
    }
}

void Scenario::behave(const Words& words) {
    const auto process = parse_process(words.at(1));
    auto on = split_list(words.option("on"));
    for (std::size_t place = 0; place < world().size(); ++place) {
        const auto& name = world().at(place).name();
        if (!on.empty() && std::find(on.begin(), on.end(), name) == on.end()) {
            continue;
        }
        for (auto& program : programs_[place]) {
            if (program.config.process == process) {
                apply_behaviour(words, program);
                world().at(place).supervisord().behave(process, program.behaviour, program.missing);
            }
        }
    }
}

void Scenario::run(const Words& words) {
    if (!std::exchange(started_, true)) {
        for (std::size_t place = 0; place < world().size(); ++place) {
            if (!off_.contains(place)) {
                world().start(place);
            }
        }
    }
    const auto categories = split_list(words.option("show"));
    const auto of = split_list(words.option("of"));
    recorder_->show({categories.begin(), categories.end()}, {of.begin(), of.end()});
    world().run(parse_duration(words.at(1)));
}

void Scenario::start(const Words& words) {
    if (words.at(1) == "agent") {
        for (const auto place : places(words, 2)) {
            world().at(place).start_agent();
        }
    } else if (words.at(1) == "supervisord") {
        for (const auto place : places(words, 2)) {
            world().at(place).start_supervisord();
        }
    } else {
        for (const auto place : places(words, 1)) {
            world().start(place);
        }
    }
}

void Scenario::stop(const Words& words) {
    for (const auto place : places(words, 2)) {
        if (words.at(1) == "agent") {
            world().at(place).step(core::StopAsked{});
        } else {
            world().at(place).supervisord().stop();
        }
    }
}

void Scenario::kill(const Words& words) {
    const std::map<std::string, void (sim::InstanceModel::*)()> table = {
        {"agent", &sim::InstanceModel::kill_agent},
        {"supervisord", &sim::InstanceModel::kill_supervisord},
        {"listener", &sim::InstanceModel::kill_listener},
        {"host", &sim::InstanceModel::power_off}};
    const auto victim = table.find(words.at(1));
    if (victim == table.end()) {
        throw std::runtime_error(concat("'", words.at(1), "' cannot be killed"));
    }
    for (const auto place : places(words, 2)) {
        (world().at(place).*victim->second)();
    }
}

void Scenario::clock(const Words& words) {
    if (words.plain.size() > 2) {
        world().at(place_of(words.at(1))).set_clock(parse_duration(words.at(2)));
        return;
    }
    const auto ahead = parse_duration(words.option("ahead", "0"));
    world().at(place_of(words.at(1))).jump_clock(ahead - parse_duration(words.option("back", "0")));
}

void Scenario::freeze(const Words& words) {
    world().at(place_of(words.at(1))).freeze_agent(parse_duration(words.at(2)));
}

}  // namespace sup::scenarios
