#include <algorithm>
#include <stdexcept>

#include "common/base/text.h"
#include "tests/scenarios/options.h"
#include "tests/scenarios/scenario.h"
#include "tests/sim/describe.h"

// The directives that act on roads, processes and operators, and those that look.
namespace sup::scenarios {
namespace {

std::string joined(const std::vector<std::string>& items) {
    return items.empty() ? "nowhere" : join(items, ",");
}

void cut_roads(sim::Network& network, const std::vector<std::size_t>& from,
               const std::vector<std::size_t>& to) {
    for (const auto one : from) {
        for (const auto other : to) {
            network.cut(one, other);
        }
    }
}

}  // namespace

void Scenario::roads(const Words& words) {
    auto& network = world().network();
    for (const auto& road : words.from(1)) {
        const auto arrow = road.find("->");
        if (arrow == std::string::npos) {
            continue;  // the time of a delay
        }
        const auto from = place_of(road.substr(0, arrow));
        const auto to = place_of(road.substr(arrow + 2));
        if (words.at(0) == "cut") {
            network.cut(from, to);
        } else if (words.at(0) == "open") {
            network.open(from, to);
        } else {
            network.delay(from, to, parse_duration(words.plain.back()));
        }
    }
}

void Scenario::split(const Words& words) {
    std::vector<std::vector<std::size_t>> groups(1);
    for (const auto& word : words.from(1)) {
        if (word == "|") {
            groups.emplace_back();
        } else {
            groups.back().push_back(place_of(word));
        }
    }
    for (const auto& one : groups) {
        for (const auto& other : groups) {
            if (&one != &other) {
                cut_roads(world().network(), one, other);
            }
        }
    }
}

void Scenario::announce(const Words& words) {
    auto& hearer = world().at(place_of(words.at(1)));
    const int many = std::stoi(words.option("many", "1"));
    for (int i = 0; i < many; ++i) {
        const auto tail = many == 1 ? std::string() : concat(i);
        Announcement forged;
        forged.identifier = words.at(2) + tail;
        forged.nick = words.option("nick", words.at(2)) + tail;
        forged.host = words.option("host", "elsewhere");
        forged.http_port = 60000;
        forged.federation_port = 60003;
        forged.stereotypes = split_list(words.option("stereotypes"));
        forged.boot = static_cast<BootId>(std::stoll(words.option("boot", "1")));
        forged.counter = static_cast<std::uint64_t>(std::stoll(words.option("counter", "1")));
        hearer.on_announcement(forged);
    }
}

void Scenario::weather(const Words& words) {
    const auto percent = [&](std::string_view name) { return std::stoi(words.option(name, "0")); };
    world().network().set_weather({percent("loss"), percent("duplicates"), percent("disorder")});
}

void Scenario::exit(const Words& words) {
    auto& instance = world().at(place_of(words.at(3)));
    const auto pid = instance.supervisord().pid_of(parse_process(words.at(1)));
    if (pid == 0) {
        throw std::runtime_error(concat(words.at(1), " does not run on ", words.at(3)));
    }
    instance.end_process(pid, std::stoi(words.option("code", "0")));
}

void Scenario::supervisorctl(const Words& words) {
    auto& instance = world().at(place_of(words.at(1)));
    auto& supervisord = instance.supervisord();
    const auto process = parse_process(words.at(3));
    const auto& verb = words.at(2);
    const auto fault = verb == "start"  ? supervisord.start_process(process)
                       : verb == "stop" ? supervisord.stop_process(process)
                       : verb == "add"  ? supervisord.add_group(words.at(3))
                                        : supervisord.remove_group(words.at(3));
    if (instance.has_agent()) {
        instance.read_configuration();
    }
    if (fault) {
        say(fault->text());
    }
}

void Scenario::give_up(std::size_t place) {
    const auto request = last_request_to_.extract(place);
    if (request && invariants_->give_up(request.mapped())) {
        world().at(place).step(core::OperatorGone{request.mapped()});
    }
}

void Scenario::request(const Words& words) {
    const auto place = place_of(words.at(1));
    const auto id = ++last_request_;
    last_request_to_[place] = id;
    invariants_->on_request(place, id);
    say(concat("request ", id));
    recorder_->show({}, {});
    if (words.at(2) == "call") {
        world().at(place).step(core::RemoteCallAsked{id, words.at(3), words.at(4), {}});
        return;
    }
    if (const auto local = parse_local_request(words)) {
        world().at(place).step(core::LocalOperatorRequest{id, *local});
        return;
    }
    world().at(place).step(core::OperatorRequest{id, parse_request(words)});
}

// `plan a start_application shop`, `plan a lose b`: what would happen, from the view of a.
void Scenario::plan(const Words& words) {
    const auto queries = world().at(place_of(words.at(1))).queries();
    const bool is_loss = words.at(2) == "lose";
    const auto reading =
        is_loss ? queries.plan_loss(words.at(3)) : queries.plan(parse_request(words));
    if (const auto* fault = std::get_if<Fault>(&reading)) {
        say(fault->text());
        return;
    }
    const auto& plan = std::get<PlanInfo>(reading);
    for (const auto& step : plan.steps) {
        say(step);
    }
    for (const auto& reason : plan.reasons) {
        say("  " + reason);
    }
    if (!plan.closing.empty()) {
        say("then " + plan.closing);
    }
}

std::size_t Scenario::viewer(const Words& words) const {
    if (words.has("of")) {
        return place_of(words.option("of"));
    }
    for (std::size_t place = 0; place < world().size(); ++place) {
        if (world().at(place).has_agent()) {
            return place;
        }
    }
    throw std::runtime_error("no agent is alive");
}

void Scenario::show(const Words& words) {
    const auto& what = words.at(1);
    if (what == "states") {
        show_states(words);
    } else if (what == "processes") {
        show_processes(words);
    } else if (what == "applications") {
        show_applications(words);
    } else if (what == "truth") {
        show_truth();
    } else if (what == "loads") {
        show_loads(words);
    } else if (what == "intents") {
        show_intents();
    } else if (what == "arguments") {
        show_arguments();
    } else {
        throw std::runtime_error(concat("'", what, "' cannot be shown"));
    }
}

void Scenario::show_states(const Words& words) {
    for (std::size_t place = 0; place < world().size(); ++place) {
        auto& instance = world().at(place);
        if (words.has("of") && words.option("of") != instance.name()) {
            continue;
        }
        if (!instance.has_agent()) {
            say(concat(instance.name(), " no agent"));
            continue;
        }
        const auto info = instance.queries().supvisors_state();
        auto line =
            concat(instance.name(), " ", name_of(info.fsm),
                   " master=", info.master_identifier.empty() ? "-" : info.master_identifier,
                   info.degraded_mode ? " degraded" : "", " |");
        for (std::size_t peer = 0; peer < world().size(); ++peer) {
            const auto& name = world().at(peer).name();
            const auto seen = info.instance_states.find(name);
            // One that it has not discovered.
            line += concat(" ", name, "=", seen == info.instance_states.end() ? "-" : seen->second);
        }
        say(line);
    }
}

void Scenario::show_processes(const Words& words) {
    const auto reading = world().at(viewer(words)).queries().all_processes();
    if (const auto* fault = std::get_if<Fault>(&reading)) {
        say(fault->text());
        return;
    }
    for (const auto& info : std::get<std::vector<ProcessInfo>>(reading)) {
        const bool is_bad = info.state == ProcessState::Exited && !info.expected_exit;
        say(concat(info.application_name, ":", info.process_name, " ", name_of(info.state),
                   is_bad ? " unexpected" : "",
                   info.identifiers.empty() ? "" : " on " + joined(info.identifiers),
                   info.extra_args.empty() ? "" : " args " + info.extra_args));
    }
}

void Scenario::show_applications(const Words& words) {
    const auto reading = world().at(viewer(words)).queries().all_applications();
    if (const auto* fault = std::get_if<Fault>(&reading)) {
        say(fault->text());
        return;
    }
    for (const auto& info : std::get<std::vector<ApplicationInfo>>(reading)) {
        say(concat(info.application_name, " ", name_of(info.state),
                   info.managed ? "" : " unmanaged", info.major_failure ? " major" : "",
                   info.minor_failure ? " minor" : ""));
    }
}

void Scenario::show_truth() {
    for (std::size_t place = 0; place < world().size(); ++place) {
        const auto& instance = world().at(place);
        auto line =
            concat(instance.name(), instance.supervisord().is_up() ? "" : " no supervisord");
        for (const auto& process : instance.supervisord().processes()) {
            const auto copies = instance.machine().named(process.group + ":" + process.name).size();
            line += concat(" ", namespec_of(process), "=",
                           name_of(instance.supervisord().state_of(process)),
                           copies == 0 ? "" : concat("(", copies, ")"));
        }
        say(line);
    }
}

void Scenario::show_loads(const Words& words) {
    for (const auto& info : world().at(viewer(words)).queries().all_instances()) {
        say(concat(info.identifier, " ", info.loading));
    }
}

void Scenario::show_intents() {
    for (const auto& [process, intent] : recorder_->intents()) {
        say(intent);
    }
}

void Scenario::show_arguments() {
    for (std::size_t place = 0; place < world().size(); ++place) {
        const auto& instance = world().at(place);
        for (const auto& process : instance.supervisord().processes()) {
            const auto pids = instance.machine().named(process.group + ":" + process.name);
            const auto used = instance.arguments_of(process);
            if (!pids.empty() && !used.empty()) {
                say(concat(instance.name(), " ", namespec_of(process), " ", used));
            }
        }
    }
}

std::vector<std::string> Scenario::copies_of(const ProcessName& process) const {
    std::vector<std::string> names;
    for (std::size_t place = 0; place < world().size(); ++place) {
        const auto& instance = world().at(place);
        if (!instance.machine().named(process.group + ":" + process.name).empty()) {
            names.push_back(instance.name());
        }
    }
    return names;
}

void Scenario::expect_of_agents(const std::string& what, const std::string& wanted) {
    for (std::size_t place = 0; place < world().size(); ++place) {
        const auto& instance = world().at(place);
        if (!instance.has_agent() || !instance.supervisord().is_up()) {
            continue;
        }
        const auto info = instance.queries().supvisors_state();
        const auto seen =
            what == "master" ? info.master_identifier : std::string(name_of(info.fsm));
        if (seen != wanted) {
            fail(concat("expected ", what, " ", wanted, " on ", instance.name(), ", found ", seen));
        }
    }
}

void Scenario::expect_one_view() {
    const auto sees = [&](std::size_t who, std::size_t whom) {
        const auto states = world().at(who).queries().supvisors_state().instance_states;
        return states.at(world().at(whom).name()) == name_of(InstanceState::Running);
    };
    for (std::size_t one = 0; one < world().size(); ++one) {
        for (std::size_t other = one + 1; other < world().size(); ++other) {
            const bool alive = world().at(one).has_agent() && world().at(other).has_agent();
            if (alive && sees(one, other) != sees(other, one)) {
                fail(concat("only one of ", world().at(one).name(), " and ",
                            world().at(other).name(), " sees the other RUNNING"));
            }
        }
    }
}

void Scenario::expect(const Words& words) {
    const auto& what = words.at(1);
    const auto check = [&](const std::string& seen, const std::string& wanted) {
        if (!seen.starts_with(wanted)) {
            fail(concat("expected ", wanted, ", found ", seen));
        }
    };
    if (what == "master" || what == "state") {
        expect_of_agents(what, words.at(2));
    } else if (what == "one_view") {
        expect_one_view();
    } else if (what == "answer") {
        check(recorder_->answer(static_cast<core::RequestId>(std::stoll(words.at(2)))),
              words.at(3));
    } else if (what == "at_most") {
        const auto name = parse_process(words.at(4));
        const auto starts = recorder_->starts(name.group + ":" + name.name);
        if (starts > std::stoi(words.at(2))) {
            fail(concat("expected at most ", words.at(2), " starts, found ", starts));
        }
    } else {
        const auto seen = joined(copies_of(parse_process(what)));
        const auto wanted = words.at(2) == "on" ? words.at(3) : words.at(2);
        if (seen != wanted) {
            fail(concat("expected ", wanted, ", found ", seen));
        }
    }
}

}  // namespace sup::scenarios
