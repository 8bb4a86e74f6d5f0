#include <algorithm>
#include <array>

#include "tests/sim/dice.h"
#include "tests/sim/draw.h"

namespace sup::sim {
namespace {

// Draws deeds of each kind for one world.
class Nemesis {
public:
    Nemesis(Rng& rng, const World& world, Duration until)
        : dice_(rng), world_(&world), until_(until) {}

    std::vector<Deed> draw();

private:
    using Trick = void (Nemesis::*)();
    std::size_t place() { return dice_.below(world_->settings.instances.size()); }
    Duration soon() { return dice_.time({0}, {12'000}); }
    template <typename What>
    void add(Duration at, What what) {
        deeds_.push_back({std::min(at, until_), std::move(what)});
    }
    const PlacedProgram& program() { return dice_.one_of(world_->programs); }
    StartingStrategy strategy() {
        return dice_.one_of({StartingStrategy::Config, StartingStrategy::LessLoaded,
                             StartingStrategy::Local, StartingStrategy::MostLoaded});
    }

    // Of the moment, not of the dice: what else is drawn does not depend on it.
    std::string arguments() const {
        constexpr std::array<const char*, 3> kTexts = {"", "-x", "-y"};
        return kTexts[static_cast<std::size_t>(at_.ms) % kTexts.size()];
    }

    void kill_and_revive(HarmKind death, HarmKind life);
    void kill_agent() { kill_and_revive(HarmKind::KillAgent, HarmKind::StartAgent); }
    void stop_agent() { kill_and_revive(HarmKind::StopAgent, HarmKind::StartAgent); }
    void kill_supervisord() {
        kill_and_revive(HarmKind::KillSupervisord, HarmKind::StartSupervisord);
    }
    void stop_supervisord() {
        kill_and_revive(HarmKind::StopSupervisord, HarmKind::StartSupervisord);
    }
    void reload() { add(at_, Harm{HarmKind::ReloadSupervisord, place()}); }
    void kill_listener() { add(at_, Harm{HarmKind::KillListener, place()}); }
    void kill_host() { kill_and_revive(HarmKind::KillHost, HarmKind::StartHost); }
    void freeze();
    void stick();
    void cut();
    void delay();
    void flap();
    void split();
    void storm();
    void end_process();
    void by_hand();
    void behave();
    void ask_for_process();
    void ask_for_application();
    void ask_for_all();
    void lose_events() { add(at_, LoseEvents{place(), dice_.between(1, 4)}); }
    void use_rules();
    void jump_clock();

    Dice dice_;
    const World* world_;
    Duration until_;
    Duration at_;
    std::vector<Deed> deeds_;
};

void Nemesis::kill_and_revive(HarmKind death, HarmKind life) {
    const auto victim = place();
    add(at_, Harm{death, victim});
    // The dead of the end are started when everything heals.
    if (!dice_.one_in(4)) {
        add(at_ + soon(), Harm{life, victim});
    }
}

void Nemesis::freeze() {
    add(at_, Pause{PauseKind::Agent, place(), dice_.time({200}, {12'000})});
}

void Nemesis::stick() {
    add(at_, Pause{PauseKind::Supervisord, place(), dice_.time({200}, {15'000})});
}

void Nemesis::cut() {
    const auto from = place();
    const auto to = place();
    if (from != to) {
        add(at_, Road{RoadKind::Cut, from, to, {}});
        add(at_ + soon(), Road{RoadKind::Open, from, to, {}});
    }
}

void Nemesis::delay() {
    const auto from = place();
    const auto to = place();
    if (from != to) {
        add(at_, Road{RoadKind::Delay, from, to, dice_.time({1}, {3'000})});
        add(at_ + soon(), HealRoads{});
    }
}

void Nemesis::flap() {
    const auto from = place();
    const auto to = place();
    auto when = at_;
    for (int times = dice_.between(2, 4); times > 0 && from != to; --times) {
        add(when, Road{RoadKind::Cut, from, to, {}});
        add(when, Road{RoadKind::Cut, to, from, {}});
        when = when + dice_.time({500}, {6'000});
        add(when, Road{RoadKind::Open, from, to, {}});
        add(when, Road{RoadKind::Open, to, from, {}});
        when = when + dice_.time({500}, {6'000});
    }
}

void Nemesis::split() {
    Split split;
    for (std::size_t one = 0; one < world_->settings.instances.size(); ++one) {
        if (dice_.one_in(2)) {
            split.group.push_back(one);
        }
    }
    add(at_, split);
    add(at_ + dice_.time({500}, {20'000}), HealRoads{});
}

void Nemesis::storm() {
    add(at_, Storm{{dice_.between(0, 20), dice_.between(0, 20), dice_.between(0, 30)}});
    add(at_ + dice_.time({500}, {20'000}), Storm{});
}

void Nemesis::end_process() {
    const auto& victim = program();
    add(at_,
        EndProcess{dice_.one_of(victim.places), victim.model.config.process, dice_.between(0, 1)});
}

void Nemesis::by_hand() {
    const auto& victim = program();
    add(at_, ByHand{HandKind::Stop, dice_.one_of(victim.places), victim.model.config.process});
}

void Nemesis::behave() {
    const auto& victim = program();
    Behave behave{dice_.one_of(victim.places), victim.model.config.process, {}, dice_.one_in(4)};
    if (victim.model.behaviour.ends_after || dice_.one_in(2)) {
        behave.behaviour.ends_after = dice_.time({0}, {2'000});
        behave.behaviour.exit_code = dice_.between(0, 1);
    }
    behave.behaviour.stop_takes = dice_.one_in(3) ? Behaviour::kIgnores : dice_.time({0}, {2'000});
    add(at_, behave);
}

void Nemesis::ask_for_process() {
    const auto& wanted = program().model.config.process;
    const Namespec name{wanted.group, dice_.one_in(6) ? "" : wanted.name};
    const auto wait = dice_.one_in(4) ? Wait::No : Wait::Yes;
    switch (dice_.below(3)) {
        case 0:
            add(at_, Ask{place(), StartProcess{strategy(), name, arguments(), wait}});
            break;
        case 1:
            add(at_, Ask{place(), StopProcess{name, wait}});
            break;
        default:
            add(at_, Ask{place(), RestartProcess{strategy(), name, arguments(), wait}});
            break;
    }
}

void Nemesis::ask_for_application() {
    const auto& name = program().model.config.process.group;
    const auto wait = dice_.one_in(4) ? Wait::No : Wait::Yes;
    switch (dice_.below(3)) {
        case 0:
            add(at_, Ask{place(), StartApplication{strategy(), name, wait}});
            break;
        case 1:
            add(at_, Ask{place(), StopApplication{name, wait}});
            break;
        default:
            add(at_, Ask{place(), RestartApplication{strategy(), name, wait}});
            break;
    }
}

void Nemesis::ask_for_all() {
    if (dice_.one_in(3)) {
        add(at_, Ask{place(), RestartFederation{}});
    } else {
        add(at_, Ask{place(), RestartSequence{}});
    }
}

void Nemesis::use_rules() {
    if (world_->rules.size() > 1) {
        const auto one = place();
        add(at_, UseRules{one, 1 + dice_.below(world_->rules.size() - 1)});
        add(at_ + soon(), UseRules{one, 0});
    }
}

void Nemesis::jump_clock() {
    const auto by = dice_.time({1'000}, {3'600'000});
    add(at_, JumpClock{place(), dice_.one_in(2) ? by : Duration{} - by});
}

std::vector<Deed> Nemesis::draw() {
    std::vector<Trick> tricks = {&Nemesis::kill_agent,
                                 &Nemesis::stop_agent,
                                 &Nemesis::kill_supervisord,
                                 &Nemesis::stop_supervisord,
                                 &Nemesis::reload,
                                 &Nemesis::kill_listener,
                                 &Nemesis::kill_host,
                                 &Nemesis::freeze,
                                 &Nemesis::stick,
                                 &Nemesis::cut,
                                 &Nemesis::delay,
                                 &Nemesis::flap,
                                 &Nemesis::split,
                                 &Nemesis::storm,
                                 &Nemesis::end_process,
                                 &Nemesis::by_hand,
                                 &Nemesis::behave,
                                 &Nemesis::ask_for_process,
                                 &Nemesis::ask_for_application,
                                 &Nemesis::ask_for_all,
                                 &Nemesis::lose_events,
                                 &Nemesis::use_rules,
                                 &Nemesis::jump_clock};
    // A few tricks only, each played more than once.
    std::vector<Trick> repertory;
    for (int kinds = dice_.between(1, 6); kinds > 0; --kinds) {
        repertory.push_back(dice_.one_of(tricks));
    }
    for (int tries = dice_.between(0, 14); tries > 0; --tries) {
        at_ = dice_.time({0}, until_);
        (this->*dice_.one_of(repertory))();
    }
    return std::move(deeds_);
}

}  // namespace

std::vector<Deed> draw_deeds(Rng& rng, const World& world, Duration until) {
    return Nemesis(rng, world, until).draw();
}

}  // namespace sup::sim
