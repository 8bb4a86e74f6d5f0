#include <algorithm>

#include "common/base/text.h"
#include "tests/sim/dice.h"
#include "tests/sim/draw.h"

namespace sup::sim {
namespace {

// From here on a world is large: fewer things in it, because all of them are multiplied.
constexpr std::size_t kLarge = 30;
constexpr std::size_t kHuge = 300;

std::string name_of_place(std::size_t place, std::size_t size) {
    std::string digits = concat(place + 1);
    const auto width = concat(size).size();
    return "n" + std::string(width - digits.size(), '0') + digits;
}

constexpr const char* kStateDir = "/var/lib/supvisors";

core::Settings draw_settings(Dice& dice, std::size_t size) {
    core::Settings settings;
    settings.state_dir = kStateDir;
    const bool has_shared_nodes = dice.one_in(4);
    for (std::size_t place = 0; place < size; ++place) {
        const auto name = name_of_place(place, size);
        const auto host = has_shared_nodes ? concat("h", place / 2 + 1) : name;
        settings.instances.push_back({name, name, host, 60000});
    }
    settings.list_is_set = true;
    settings.synchro_options = {SynchronizationOption::Timeout};
    if (dice.one_in(2)) {
        settings.synchro_options.push_back(
            dice.one_of({SynchronizationOption::Strict, SynchronizationOption::List}));
    }
    if (dice.one_in(4)) {
        settings.core_identifiers = {settings.instances[dice.below(size)].identifier};
        if (dice.one_in(2)) {
            settings.synchro_options.push_back(SynchronizationOption::Core);
        }
    }
    settings.synchro_timeout = dice.time({3'000}, {15'000});
    settings.tick_period =
        size >= kHuge ? Duration{5'000} : dice.one_of<Duration>({{500}, {1'000}, {2'000}});
    settings.inactivity_ticks = dice.between(2, 4);
    settings.restart_grace = dice.time({0}, {3'000});
    settings.auto_fence = dice.one_in(6);
    settings.starting_strategy =
        dice.one_of({StartingStrategy::Config, StartingStrategy::LessLoaded,
                     StartingStrategy::MostLoaded, StartingStrategy::LessLoadedNode,
                     StartingStrategy::MostLoadedNode, StartingStrategy::Local});
    settings.conciliation_strategy =
        dice.one_of({ConciliationStrategy::Senicide, ConciliationStrategy::Infanticide,
                     ConciliationStrategy::User, ConciliationStrategy::Stop,
                     ConciliationStrategy::Restart, ConciliationStrategy::RunningFailure});
    settings.kill_orphans = !dice.one_in(4);
    settings.nudge = !dice.one_in(5);
    settings.resync_period = dice.time({5'000}, {60'000});
    auto& shared = settings.shared_options;
    shared["auto_fence"] = settings.auto_fence ? "true" : "false";
    shared["starting_strategy"] = name_of(settings.starting_strategy);
    shared["conciliation_strategy"] = name_of(settings.conciliation_strategy);
    shared["supvisors_failure_strategy"] = name_of(settings.supvisors_failure_strategy);
    shared["core_identifiers"] = join(settings.core_identifiers, ",");
    return settings;
}

ProgramModel draw_program(Dice& dice, const ProcessName& name) {
    ProgramModel program;
    auto& config = program.config;
    config.process = name;
    config.program = name.name;
    config.autostart = false;
    config.arguments_dir = kStateDir;
    config.startsecs = dice.one_of<Duration>({{0}, {1'000}, {1'000}, {3'000}});
    config.stopwaitsecs = dice.time({1'000}, {4'000});
    config.autorestart =
        dice.one_of({ProcessConfig::Autorestart::Never, ProcessConfig::Autorestart::Unexpected,
                     ProcessConfig::Autorestart::Unexpected, ProcessConfig::Autorestart::Always});
    program.startretries = dice.between(0, 2);
    program.behaviour.stop_takes = dice.one_in(10) ? Behaviour::kIgnores : dice.time({0}, {1'500});
    if (dice.one_in(8)) {
        program.behaviour.ends_after = dice.time({100}, {8'000});
        program.behaviour.exit_code = dice.between(0, 1);
    }
    program.missing = dice.one_in(25);
    return program;
}

std::string element(std::string_view name, const std::string& value) {
    return concat("<", name, ">", value, "</", name, ">");
}

std::string draw_where(Dice& dice, const core::Settings& settings) {
    if (!dice.one_in(4)) {
        return {};
    }
    std::vector<std::string> names;
    for (const auto& one : settings.instances) {
        if (names.size() < 4 && dice.one_in(2)) {
            names.push_back(one.identifier);
        }
    }
    return names.empty() ? std::string() : element("identifiers", join(names, ","));
}

constexpr auto kFailures = {
    RunningFailureStrategy::Continue, RunningFailureStrategy::RestartProcess,
    RunningFailureStrategy::RestartProcess, RunningFailureStrategy::StopApplication,
    RunningFailureStrategy::RestartApplication};

std::string draw_program_rules(Dice& dice, const ProgramModel& program, const World& world) {
    // One that never ends keeps the start of its application under way, which is no rest (D-21).
    const bool ends = program.behaviour.ends_after.has_value();
    const auto& name = program.config.process.name;
    auto text = concat("<program name=\"", name, "\">", draw_where(dice, world.settings),
                       element("start_sequence", concat(dice.between(0, 3))),
                       element("stop_sequence", concat(dice.between(0, 2))),
                       element("required", dice.one_in(2) ? "true" : "false"));
    if (ends && dice.one_in(2)) {
        text += element("wait_exit", "true");
    }
    text += element("expected_loading", concat(dice.between(0, 6) * 10));
    text += element("starting_failure_strategy",
                    std::string(name_of(
                        dice.one_of({StartingFailureStrategy::Abort, StartingFailureStrategy::Stop,
                                     StartingFailureStrategy::Continue}))));
    text += element("running_failure_strategy", std::string(name_of(dice.one_of(kFailures))));
    return text + "</program>\n";
}

std::string draw_application(Dice& dice, const std::string& name, World& world) {
    auto text = concat("<application name=\"", name, "\">",
                       element("start_sequence", concat(dice.between(0, 2))),
                       element("stop_sequence", concat(dice.between(0, 2))));
    if (dice.one_in(5)) {
        text += element("distribution", dice.one_in(2) ? "SINGLE_INSTANCE" : "SINGLE_NODE");
    }
    text += "<programs>\n";
    const auto& instances = world.settings.instances;
    const int programs = dice.between(1, instances.size() >= kLarge ? 2 : 4);
    for (int number = 0; number < programs; ++number) {
        const auto program = concat("p", number);
        PlacedProgram placed{draw_program(dice, {name, program}), {}};
        const bool is_everywhere = !dice.one_in(3);
        for (std::size_t place = 0; place < instances.size(); ++place) {
            if (is_everywhere || dice.one_in(2)) {
                placed.places.push_back(place);
            }
        }
        if (placed.places.empty()) {
            placed.places.push_back(dice.below(instances.size()));
        }
        world.programs.push_back(std::move(placed));
        text += draw_program_rules(dice, world.programs.back().model, world);
    }
    return text + "</programs></application>\n";
}

// Rules of an instance whose file is not the same as that of the others: loads are, because the
// judge knows only one.
std::string differing(std::string text) {
    for (const std::string_view word : {"RESTART_PROCESS", "STOP_APPLICATION"}) {
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
            text.replace(at, word.size(), "CONTINUE");
        }
    }
    return text;
}

}  // namespace

World draw_world(Rng& rng, std::size_t size) {
    Dice dice(rng);
    World world;
    world.settings = draw_settings(dice, size);
    std::string text = "<root>\n";
    const int applications = size >= kHuge ? 1 : dice.between(1, 3);
    for (int number = 0; number < applications; ++number) {
        text += draw_application(dice, concat("app", number), world);
    }
    world.rules.push_back(text + "</root>");
    world.rules.push_back(differing(world.rules.front()));
    if (dice.one_in(3)) {
        // Nobody reads them, but they count in nobody's load.
        PlacedProgram free{draw_program(dice, {"free", "job"}), {}};
        free.model.config.autostart = dice.one_in(2);
        free.places.push_back(dice.below(size));
        world.programs.push_back(std::move(free));
    }
    return world;
}

Story draw(std::uint64_t seed, const Bounds& bounds) {
    Rng rng(seed);
    Dice dice(rng);
    Story story;
    story.seed = seed;
    const auto size = bounds.fewest + dice.below(bounds.most - bounds.fewest + 1);
    story.world = draw_world(rng, size);
    story.ends =
        size >= kHuge ? Duration{20'000} : dice.time({20'000}, {size >= kLarge ? 30'000 : 60'000});
    story.deeds = draw_deeds(rng, story.world, story.ends);
    if (size < kLarge) {
        draw_hard_times(rng, story);
        draw_other_hands(rng, story);
    }
    std::stable_sort(story.deeds.begin(), story.deeds.end(),
                     [](const Deed& one, const Deed& other) { return one.at < other.at; });
    return story;
}

}  // namespace sup::sim
