#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/settings.h"
#include "common/model/local_requests.h"
#include "common/model/requests.h"
#include "tests/sim/network.h"
#include "tests/sim/supervisord_model.h"

// A story is pure data: a world, and what happens to it, each deed with its date. It follows from
// a seed (draw.h), can be played (play.h), printed, and shortened by leaving deeds out
// (shorten.h): a deed that makes no sense when its time has come does nothing.
namespace sup::sim {

// What is done to one instance at once. Reviving what is alive does nothing.
enum class HarmKind {
    KillAgent,
    StopAgent,
    KillSupervisord,
    StopSupervisord,
    ReloadSupervisord,
    KillListener,
    KillHost,
    StartAgent,
    StartSupervisord,
    StartHost,
};
struct Harm {
    HarmKind kind = HarmKind::KillAgent;
    std::size_t place = 0;
};

// Something stands still for a while, and wakes up late.
enum class PauseKind { Agent, Supervisord };
struct Pause {
    PauseKind kind = PauseKind::Agent;
    std::size_t place = 0;
    Duration time;
};

// One direction of a road.
enum class RoadKind { Cut, Open, Delay };
struct Road {
    RoadKind kind = RoadKind::Cut;
    std::size_t from = 0;
    std::size_t to = 0;
    Duration delay;
};

// No road between these instances and the others.
struct Split {
    std::vector<std::size_t> group;
};
struct HealRoads {};
struct Storm {
    Weather weather;
};

// A process ends by itself.
struct EndProcess {
    std::size_t place = 0;
    ProcessName process;
    int code = 0;
};
// Somebody uses supervisorctl behind our back.
enum class HandKind { Start, Stop };
struct ByHand {
    HandKind kind = HandKind::Stop;
    std::size_t place = 0;
    ProcessName process;
};
// From its next start on, a program behaves in another way.
struct Behave {
    std::size_t place = 0;
    ProcessName process;
    Behaviour behaviour;
    bool missing = false;
};
struct Ask {
    std::size_t place = 0;
    Request request;
};
// Of one instance alone.
struct AskOne {
    std::size_t place = 0;
    LocalRequest request;
};
// The client of the last request to that instance is gone.
struct GiveUp {
    std::size_t place = 0;
};
// The next events of a supervisord never arrive.
struct LoseEvents {
    std::size_t place = 0;
    int count = 0;
};
// One agent gets other rules than the rest, or the same again (0).
struct UseRules {
    std::size_t place = 0;
    std::size_t number = 0;
};
// The wall clock of a machine jumps.
struct JumpClock {
    std::size_t place = 0;
    Duration by;
};

struct Deed {
    Duration at;  // since the beginning
    std::variant<Harm, Pause, Road, Split, HealRoads, Storm, EndProcess, ByHand, Behave, Ask,
                 AskOne, GiveUp, LoseEvents, UseRules, JumpClock>
        what;
};

struct PlacedProgram {
    ProgramModel model;
    std::vector<std::size_t> places;  // whose configuration has it
};

struct World {
    core::Settings settings;  // of all; `instances` are the federation
    // With discovery: who is in supvisors_list, the others know themselves only.
    std::vector<std::size_t> listed;
    std::vector<std::string> rules;  // texts of rules files: the first is that of all
    std::vector<PlacedProgram> programs;
};

struct Story {
    std::uint64_t seed = 0;  // of the dice that fall while it is played
    World world;
    std::vector<Deed> deeds;  // in the order of their dates
    Duration ends;            // then everything heals
};

// As the directives of a transcript (tests/scenarios), so that a failing story can become one.
std::string print(const Story& story);
std::string print(const Deed& deed, const World& world);

// `group:name`, also where the two are equal.
std::string full_name(const ProcessName& process);

}  // namespace sup::sim
