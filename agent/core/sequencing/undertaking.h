#pragma once

#include <string>

#include "common/base/time.h"

namespace sup::core {

// One thing that the Master has under way, and until when it is left to itself: a step was promised
// for that instant (AgentCore::next_deadline), and looks after it. Nothing else bounds a plan whose
// process, instance or road never answers.
//
// *Rationale*: told for whoever judges a core from outside, as the simulator does at each step.
struct Undertaking {
    std::string what;      // with its process or application
    Instant due = kNever;  // kNever: nobody would ever look after it
};

}  // namespace sup::core
