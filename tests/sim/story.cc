#include "tests/sim/story.h"

#include <algorithm>
#include <array>

#include "common/base/overloaded.h"
#include "common/base/text.h"
#include "tests/sim/describe.h"

namespace sup::sim {
namespace {

// By HarmKind.
constexpr std::array<std::string_view, 10> kHarms = {
    "kill agent",    "stop agent", "kill supervisord", "stop supervisord",  "reload supervisord",
    "kill listener", "kill host",  "start agent",      "start supervisord", "start"};

std::string text_of(Duration time) {
    return concat(time.ms, "ms");
}

std::string text_of(const Behaviour& behaviour, bool missing) {
    return concat(
        "stop=",
        behaviour.stop_takes == Behaviour::kIgnores ? "ignores" : text_of(behaviour.stop_takes),
        " ends=", behaviour.ends_after ? text_of(*behaviour.ends_after) : "never",
        " code=", behaviour.exit_code, missing ? " missing=yes" : " missing=no");
}

Wait wait_of(const Request& request) {
    return std::visit(
        [](const auto& one) {
            if constexpr (requires { one.wait; }) {
                return one.wait;
            } else {
                return Wait::Yes;
            }
        },
        request);
}

// `describe` puts the strategy last, and extra arguments, of one word here, after it; transcripts
// have them as options.
std::string text_of(const Request& request) {
    auto words = split_list(describe(request), ' ');
    bool is_last = false;
    for (auto& word : words) {
        const bool is_strategy = parse_name<StartingStrategy>(word).has_value();
        word = concat(is_strategy ? "strategy=" : is_last ? "args=" : "", word);
        is_last = is_strategy;
    }
    return join(words, " ") + (wait_of(request) == Wait::No ? " wait=no" : "");
}

std::string text_of(const Split& split, const World& world) {
    std::string group;
    std::string others;
    for (std::size_t place = 0; place < world.settings.instances.size(); ++place) {
        const bool is_in =
            std::find(split.group.begin(), split.group.end(), place) != split.group.end();
        (is_in ? group : others) += " " + world.settings.instances[place].identifier;
    }
    return concat("split", group, " |", others);
}

std::string text_of(const PlacedProgram& program, const World& world) {
    static constexpr std::array<std::string_view, 3> kAutorestart = {"never", "unexpected",
                                                                     "always"};
    const auto& config = program.model.config;
    std::vector<std::string> on;
    for (const auto place : program.places) {
        on.push_back(world.settings.instances[place].identifier);
    }
    return concat("program ", full_name(config.process),
                  on.size() == world.settings.instances.size() ? "" : " on=" + join(on, ","),
                  " startsecs=", text_of(config.startsecs),
                  " stopwaitsecs=", text_of(config.stopwaitsecs),
                  " retries=", program.model.startretries,
                  " autorestart=", kAutorestart[static_cast<std::size_t>(config.autorestart)],
                  config.autostart ? " autostart=yes" : "",
                  config.arguments_dir.empty() ? " " : concat(" exec=", config.arguments_dir, " "),
                  text_of(program.model.behaviour, program.model.missing));
}

std::string text_of(const LocalRequest& request) {
    return std::visit(Overloaded{
                          [](const EnableProgram& one) { return "enable " + one.program; },
                          [](const DisableProgram& one) { return "disable " + one.program; },
                          [](const auto&) { return std::string(); },
                      },
                      request);
}

std::string text_of_discovery(const World& world) {
    const auto& settings = world.settings;
    if (!settings.discovery) {
        return {};
    }
    std::vector<std::string> listed;
    for (const auto place : world.listed) {
        listed.push_back(settings.instances[place].identifier);
    }
    return concat(" multicast=", settings.shared_options.at("multicast_group"),
                  listed.empty() ? "" : " list=" + join(listed, ","),
                  " expiry=", text_of(settings.discovery_expiry));
}

std::string text_of(const core::Settings& settings) {
    std::string text = "fleet";
    for (const auto& one : settings.instances) {
        text += concat(" ", one.identifier, one.host == one.identifier ? "" : "/" + one.host);
    }
    std::vector<std::string> sync;
    for (const auto option : settings.synchro_options) {
        sync.emplace_back(name_of(option));
    }
    return concat(
        text, " sync=", join(sync, ","),
        settings.core_identifiers.empty() ? "" : " core=" + join(settings.core_identifiers, ","),
        " timeout=", text_of(settings.synchro_timeout), " tick=", text_of(settings.tick_period),
        " inactivity=", settings.inactivity_ticks, " grace=", text_of(settings.restart_grace),
        settings.auto_fence ? " fence=yes" : "", " strategy=", name_of(settings.starting_strategy),
        " conciliation=", name_of(settings.conciliation_strategy),
        " failure=", name_of(settings.supvisors_failure_strategy),
        " quorum=", name_of(settings.no_quorum_policy),
        settings.kill_orphans ? "" : " orphans=KEEP", settings.nudge ? "" : " nudge=no",
        " resync=", text_of(settings.resync_period));
}

}  // namespace

std::string full_name(const ProcessName& process) {
    return process.group + ":" + process.name;
}

std::string print(const Deed& deed, const World& world) {
    const auto name = [&](std::size_t place) { return world.settings.instances[place].identifier; };
    return std::visit(
        Overloaded{
            [&](const Harm& harm) {
                return concat(kHarms[static_cast<std::size_t>(harm.kind)], " ", name(harm.place));
            },
            [&](const Pause& pause) {
                return concat(pause.kind == PauseKind::Agent ? "freeze " : "stick ",
                              name(pause.place), " ", text_of(pause.time));
            },
            [&](const Road& road) {
                const auto way = concat(name(road.from), "->", name(road.to));
                if (road.kind == RoadKind::Delay) {
                    return concat("delay ", way, " ", text_of(road.delay));
                }
                return concat(road.kind == RoadKind::Cut ? "cut " : "open ", way);
            },
            [&](const Split& split) { return text_of(split, world); },
            [](const HealRoads&) { return std::string("heal"); },
            [](const Storm& storm) {
                return concat("weather loss=", storm.weather.loss,
                              " duplicates=", storm.weather.duplicates,
                              " disorder=", storm.weather.disorder);
            },
            [&](const EndProcess& end) {
                return concat("exit ", full_name(end.process), " on ", name(end.place),
                              " code=", end.code);
            },
            [&](const ByHand& hand) {
                return concat("supervisorctl ", name(hand.place),
                              hand.kind == HandKind::Start ? " start " : " stop ",
                              full_name(hand.process));
            },
            [&](const Behave& behave) {
                return concat("behave ", full_name(behave.process), " on=", name(behave.place), " ",
                              text_of(behave.behaviour, behave.missing));
            },
            [&](const Ask& ask) {
                return concat("request ", name(ask.place), " ", text_of(ask.request));
            },
            [&](const AskOne& ask) {
                return concat("request ", name(ask.place), " ", text_of(ask.request), " wait=no");
            },
            [&](const GiveUp& give_up) { return concat("give_up ", name(give_up.place)); },
            [&](const LoseEvents& lose) {
                return concat("lose ", name(lose.place), " ", lose.count);
            },
            [&](const UseRules& use) {
                return concat("rules on=", name(use.place), "\n", world.rules[use.number]);
            },
            [&](const JumpClock& jump) {
                const bool is_back = jump.by < Duration{};
                return concat("clock ", name(jump.place), is_back ? " back=" : " ahead=",
                              text_of(is_back ? Duration{} - jump.by : jump.by));
            },
        },
        deed.what);
}

std::string print(const Story& story) {
    std::string text = concat(text_of(story.world.settings), text_of_discovery(story.world),
                              " seed=", story.seed, "\n----\n\n");
    const auto add = [&](const std::string& directive) { text += directive + "\n----\n\n"; };
    if (!story.world.rules.empty()) {
        add("rules\n" + story.world.rules.front());
    }
    for (const auto& program : story.world.programs) {
        add(text_of(program, story.world));
    }
    Duration now;
    for (const auto& deed : story.deeds) {
        if (deed.at > now || now == Duration{}) {
            add("run " + text_of(deed.at - now));
        }
        now = deed.at;
        add(print(deed, story.world));
    }
    add("run " + text_of(story.ends - now));
    return text;
}

}  // namespace sup::sim
