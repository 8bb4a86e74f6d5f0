#include <algorithm>
#include <string_view>

#include "tests/sim/dice.h"
#include "tests/sim/draw.h"

namespace sup::sim {
namespace {

void draw_policies(Dice& dice, core::Settings& settings) {
    settings.supvisors_failure_strategy =
        dice.one_of({SupvisorsFailureStrategy::Continue, SupvisorsFailureStrategy::Resync,
                     SupvisorsFailureStrategy::Resync, SupvisorsFailureStrategy::Shutdown});
    settings.no_quorum_policy =
        dice.one_of({NoQuorumPolicy::Ignore, NoQuorumPolicy::Freeze, NoQuorumPolicy::Stop});
    settings.shared_options["supvisors_failure_strategy"] =
        name_of(settings.supvisors_failure_strategy);
}

bool all_end_well(const Story& story) {
    const auto is_sound = [](const Behaviour& one) { return one.exit_code == 0; };
    return std::all_of(story.world.programs.begin(), story.world.programs.end(),
                       [&](const auto& one) { return is_sound(one.model.behaviour); }) &&
           std::all_of(story.deeds.begin(), story.deeds.end(), [&](const Deed& deed) {
               const auto* behave = std::get_if<Behave>(&deed.what);
               return behave == nullptr || is_sound(behave->behaviour);
           });
}

// A crash, or a loss, of one program closes the federation.
void draw_closing_failure(Dice& dice, Story& story) {
    constexpr std::string_view kHarmless = "<running_failure_strategy>CONTINUE<";
    // One that crashes each time that it is started would restart the federation for ever.
    const bool restarts = dice.one_in(2) && all_end_well(story);
    for (auto& text : story.world.rules) {
        if (const auto at = text.find(kHarmless); at != std::string::npos) {
            text.replace(at, kHarmless.size(),
                         restarts ? "<running_failure_strategy>RESTART<"
                                  : "<running_failure_strategy>SHUTDOWN<");
        }
    }
}

void draw_requests(Dice& dice, Story& story) {
    const auto add = [&](Request request) {
        const auto place = dice.below(story.world.settings.instances.size());
        story.deeds.push_back({dice.time({0}, story.ends), Ask{place, std::move(request)}});
    };
    for (int times = dice.between(0, 2); times > 0; --times) {
        add(Conciliate{dice.one_of({ConciliationStrategy::Senicide, ConciliationStrategy::Stop,
                                    ConciliationStrategy::Restart})});
    }
    if (dice.one_in(3)) {
        add(ShutdownFederation{});
    }
}

}  // namespace

void draw_hard_times(Rng& rng, Story& story) {
    Dice dice(rng);
    if (!dice.one_in(4)) {
        return;
    }
    draw_policies(dice, story.world.settings);
    if (dice.one_in(3)) {
        draw_closing_failure(dice, story);
    }
    draw_requests(dice, story);
}

}  // namespace sup::sim
