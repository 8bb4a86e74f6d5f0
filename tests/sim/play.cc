#include "tests/sim/play.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "common/base/overloaded.h"
#include "common/base/text.h"
#include "rules/load.h"
#include "tests/sim/fleet.h"
#include "tests/sim/invariants.h"
#include "tests/sim/promises.h"

namespace sup::sim {
namespace {

// How often the invariants of the whole are checked, besides those checked at each step.
constexpr Duration kLook = {500};

rules::RuleSet read_rules(const std::string& text) {
    const rules::RulesFile file{"rules.xml", text};
    const auto outcome = rules::load_rules({&file, 1});
    const auto* loaded = std::get_if<rules::LoadedRules>(&outcome);
    SUP_CHECK(loaded != nullptr, "a story has good rules");
    return loaded->rules;
}

// One story under way.
class Player {
public:
    explicit Player(const Story& story);
    Verdict play();

private:
    void run_until(Duration when);
    void apply(const Deed& deed);
    void harm(const Harm& harm);
    void road(const Road& road);
    void split(const Split& split);
    void ask(const Ask& ask);
    void ask_one(const AskOne& ask);
    void give_up(std::size_t place);
    void use_rules(std::size_t place, std::size_t number);
    void heal();
    bool is_broken();

    const Story* story_;
    Fleet fleet_;
    Invariants invariants_;
    Promises promises_;
    std::vector<rules::RuleSet> rules_;
    std::vector<std::size_t> rules_of_;  // by instance
    core::RequestId last_request_ = 0;
    std::map<std::size_t, core::RequestId> last_request_to_;  // by instance
    Verdict verdict_;
};

Player::Player(const Story& story)
    : story_(&story),
      fleet_(story.world.settings.instances, story.world.settings, story.seed),
      invariants_(fleet_),
      promises_(fleet_),
      rules_of_(fleet_.size(), 0) {
    if (story.world.settings.discovery) {
        fleet_.let_discover(story.world.listed);
    }
    fleet_.observe(invariants_);
    fleet_.observe(promises_);
    for (const auto& text : story.world.rules) {
        rules_.push_back(read_rules(text));
    }
    invariants_.set_rules(rules_.front());
    promises_.set_rules(rules_.front());
    std::vector<std::vector<ProgramModel>> programs(fleet_.size());
    for (const auto& program : story.world.programs) {
        for (const auto place : program.places) {
            programs[place].push_back(program.model);
        }
    }
    for (std::size_t place = 0; place < fleet_.size(); ++place) {
        fleet_.at(place).set_rules(rules_.front());
        fleet_.at(place).set_programs(std::move(programs[place]));
    }
}

Verdict Player::play() {
    for (std::size_t place = 0; place < fleet_.size(); ++place) {
        fleet_.start(place);
    }
    for (const auto& deed : story_->deeds) {
        run_until(deed.at);
        if (is_broken()) {
            break;
        }
        apply(deed);
    }
    if (!is_broken()) {
        run_until(story_->ends);
    }
    if (!is_broken()) {
        heal();
    }
    verdict_.hash = fleet_.hash();
    return std::move(verdict_);
}

bool Player::is_broken() {
    for (auto& breach : invariants_.take_breaches()) {
        verdict_.breaches.push_back(std::move(breach));
    }
    for (auto& breach : promises_.take_breaches()) {
        verdict_.breaches.push_back(std::move(breach));
    }
    return !verdict_.breaches.empty();
}

void Player::run_until(Duration when) {
    while (fleet_.elapsed() < when && !is_broken()) {
        fleet_.run(std::min(kLook, when - fleet_.elapsed()));
        invariants_.check_now();
    }
}

void Player::heal() {
    for (std::size_t place = 0; place < fleet_.size(); ++place) {
        use_rules(place, 0);
    }
    fleet_.heal();
    const auto healed_at = fleet_.elapsed();
    Duration at_rest;
    const auto unrest = [this](std::size_t most) {
        auto reasons = invariants_.unrest(most);
        for (auto&& missing : {promises_.forgotten(), promises_.unexplained()}) {
            reasons.insert(reasons.end(), missing.begin(), missing.end());
        }
        return reasons;
    };
    bool is_restless = true;
    while (at_rest < kMustStayAtRest && fleet_.elapsed() - healed_at < kMustRest) {
        run_until(fleet_.elapsed() + kLook);
        if (is_broken()) {
            return;
        }
        fleet_.revive();
        is_restless = !unrest(1).empty();
        at_rest = is_restless ? Duration{} : at_rest + kLook;
    }
    verdict_.rested_after = fleet_.elapsed() - healed_at - at_rest;
    if (!is_restless) {
        return;
    }
    for (const auto& reason : unrest(SIZE_MAX)) {
        verdict_.breaches.push_back(concat("NO REST in ", kMustRest.ms / 1000, " s: ", reason));
    }
}

void Player::harm(const Harm& harm) {
    auto& victim = fleet_.at(harm.place);
    switch (harm.kind) {
        case HarmKind::KillAgent:
            victim.kill_agent();
            break;
        case HarmKind::StopAgent:
            victim.step(core::StopAsked{});
            break;
        case HarmKind::KillSupervisord:
            victim.kill_supervisord();
            break;
        case HarmKind::StopSupervisord:
            victim.supervisord().stop();
            break;
        case HarmKind::ReloadSupervisord:
            victim.supervisord().reload();
            break;
        case HarmKind::KillListener:
            victim.kill_listener();
            break;
        case HarmKind::KillHost:
            victim.power_off();
            break;
        case HarmKind::StartAgent:
            victim.start_agent();
            break;
        case HarmKind::StartSupervisord:
            victim.start_supervisord();
            break;
        case HarmKind::StartHost:
            fleet_.start(harm.place);
            break;
    }
}

void Player::road(const Road& road) {
    auto& network = fleet_.network();
    switch (road.kind) {
        case RoadKind::Cut:
            network.cut(road.from, road.to);
            break;
        case RoadKind::Open:
            network.open(road.from, road.to);
            break;
        case RoadKind::Delay:
            network.delay(road.from, road.to, road.delay);
            break;
    }
}

void Player::split(const Split& split) {
    for (std::size_t other = 0; other < fleet_.size(); ++other) {
        if (std::find(split.group.begin(), split.group.end(), other) != split.group.end()) {
            continue;
        }
        for (const auto one : split.group) {
            fleet_.network().cut(one, other);
            fleet_.network().cut(other, one);
        }
    }
}

void Player::ask(const Ask& ask) {
    auto& instance = fleet_.at(ask.place);
    if (instance.has_agent()) {
        invariants_.on_request(ask.place, ++last_request_);
        promises_.on_request(last_request_, ask.request);
        last_request_to_[ask.place] = last_request_;
        instance.step(core::OperatorRequest{last_request_, ask.request});
    }
}

void Player::ask_one(const AskOne& ask) {
    auto& instance = fleet_.at(ask.place);
    if (instance.has_agent()) {
        promises_.forget_stops();  // what is enabled is started, if it is to be at the beginning
        invariants_.on_request(ask.place, ++last_request_);
        instance.step(core::LocalOperatorRequest{last_request_, ask.request});
    }
}

void Player::give_up(std::size_t place) {
    const auto request = last_request_to_.extract(place);
    const auto& one = fleet_.at(place);
    const bool listens = one.has_agent() && !one.is_frozen();
    if (request && listens && invariants_.give_up(request.mapped())) {
        fleet_.at(place).step(core::OperatorGone{request.mapped()});
    }
}

void Player::use_rules(std::size_t place, std::size_t number) {
    if (std::exchange(rules_of_[place], number) != number) {
        fleet_.at(place).set_rules(rules_[number]);
        fleet_.at(place).step(core::RulesReplaced{rules_[number]});
    }
}

void Player::apply(const Deed& deed) {
    std::visit(Overloaded{
                   [&](const Harm& harm_done) { harm(harm_done); },
                   [&](const Pause& pause) {
                       if (pause.kind == PauseKind::Agent) {
                           fleet_.at(pause.place).freeze_agent(pause.time);
                       } else {
                           fleet_.at(pause.place).supervisord().stick(pause.time);
                       }
                   },
                   [&](const Road& changed) { road(changed); },
                   [&](const Split& wanted) { split(wanted); },
                   [&](const HealRoads&) { fleet_.network().heal(); },
                   [&](const Storm& storm) { fleet_.network().set_weather(storm.weather); },
                   [&](const EndProcess& end) {
                       auto& instance = fleet_.at(end.place);
                       if (const auto pid = instance.supervisord().pid_of(end.process); pid != 0) {
                           instance.end_process(pid, end.code);
                       }
                   },
                   [&](const ByHand& hand) {
                       auto& supervisord = fleet_.at(hand.place).supervisord();
                       if (supervisord.is_stuck()) {
                           return;  // it would wait, and be given up
                       }
                       hand.kind == HandKind::Start ? supervisord.start_process(hand.process)
                                                    : supervisord.stop_process(hand.process);
                       promises_.on_stopped_by_hand(hand.process);
                   },
                   [&](const Behave& behave) {
                       fleet_.at(behave.place)
                           .supervisord()
                           .behave(behave.process, behave.behaviour, behave.missing);
                   },
                   [&](const Ask& wanted) { ask(wanted); },
                   [&](const AskOne& wanted) { ask_one(wanted); },
                   [&](const GiveUp& gone) { give_up(gone.place); },
                   [&](const LoseEvents& lose) { fleet_.at(lose.place).lose_events(lose.count); },
                   [&](const UseRules& use) { use_rules(use.place, use.number); },
                   [&](const JumpClock& jump) { fleet_.at(jump.place).jump_clock(jump.by); },
               },
               deed.what);
    if (!std::holds_alternative<Ask>(deed.what)) {
        fleet_.disturbed();
    }
    // Nobody can know what users want when the roads are bad, or when others decide as well.
    if (std::holds_alternative<Pause>(deed.what) || std::holds_alternative<Road>(deed.what) ||
        std::holds_alternative<Split>(deed.what) || std::holds_alternative<Storm>(deed.what) ||
        std::holds_alternative<ByHand>(deed.what)) {
        promises_.forget_stops();
    }
}

}  // namespace

Verdict play(const Story& story) {
    return Player(story).play();
}

}  // namespace sup::sim
