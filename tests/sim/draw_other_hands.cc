#include <algorithm>

#include "tests/sim/dice.h"
#include "tests/sim/draw.h"

namespace sup::sim {
namespace {

// Some are listed, or nobody is; the others are discovered while the story goes on.
void draw_discovery(Dice& dice, World& world) {
    auto& settings = world.settings;
    settings.discovery = true;
    settings.shared_options["multicast_group"] = "239.0.0.1:1234";
    for (std::size_t place = 0; dice.one_in(2) && place < settings.instances.size(); ++place) {
        world.listed.push_back(place);
    }
    if (dice.one_in(3)) {
        settings.discovery_expiry = dice.time({5'000}, {30'000});
    }
}

class OtherHands {
public:
    OtherHands(Dice& dice, Story& story) : dice_(&dice), story_(&story) {}

    void draw() {
        const auto tricks = {&OtherHands::start_by_hand, &OtherHands::disable,
                             &OtherHands::give_up};
        const auto favourite = dice_->one_of(tricks);
        for (int times = dice_->between(1, 4); times > 0; --times) {
            at_ = dice_->time({0}, story_->ends);
            const auto trick = dice_->one_in(2) ? favourite : dice_->one_of(tricks);
            (this->*trick)();
        }
    }

private:
    std::size_t place() { return dice_->below(story_->world.settings.instances.size()); }
    const PlacedProgram& program() { return dice_->one_of(story_->world.programs); }
    template <typename What>
    void add(Duration at, What what) {
        story_->deeds.push_back({std::min(at, story_->ends), std::move(what)});
    }

    // A second copy, perhaps, or what a user had stopped through us.
    void start_by_hand() {
        const auto& one = program();
        add(at_, ByHand{HandKind::Start, dice_->one_of(one.places), one.model.config.process});
    }

    void disable() {
        const auto& one = program();
        const auto where = dice_->one_of(one.places);
        const auto& name = one.model.config.program;
        add(at_, AskOne{where, DisableProgram{name, Wait::No}});
        if (!dice_->one_in(4)) {
            add(at_ + dice_->time({0}, {12'000}), AskOne{where, EnableProgram{name, Wait::No}});
        }
    }

    // The client of a request does not wait for its answer.
    void give_up() {
        const auto asker = place();
        const auto& name = program().model.config.process;
        add(at_, Ask{asker, RestartProcess{
                                StartingStrategy::Config, {name.group, name.name}, {}, Wait::Yes}});
        add(at_ + dice_->time({0}, {2'000}), GiveUp{asker});
    }

    Dice* dice_;
    Story* story_;
    Duration at_;
};

}  // namespace

void draw_other_hands(Rng& rng, Story& story) {
    Dice dice(rng);
    if (!dice.one_in(4)) {
        return;
    }
    if (dice.one_in(3)) {
        draw_discovery(dice, story.world);
    }
    if (!dice.one_in(3)) {
        OtherHands(dice, story).draw();
    }
}

}  // namespace sup::sim
