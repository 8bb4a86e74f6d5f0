#pragma once

// What the judge does not ask for yet, each with its reason. To be turned on one by one.
namespace sup::sim {

// No copy in excess may remain after healing, unless the strategy is USER.
inline constexpr bool kConflictsAreSolved = true;

// An instance that few isolate and most follow leaves those few in ELECTION for ever: after an
// isolation only requests must be answered.
inline constexpr bool kFencedComeToRest = false;

// A program that is waited for and never ends keeps the start of its application under way, which
// is no rest: wait_exit is drawn only for programs that end by themselves.
inline constexpr bool kWaitForExitIsBounded = false;

// A process lost with its instance is published FATAL, and shown STOPPED when the step is over.
inline constexpr bool kLossStaysShown = true;

// A stop soon after another request is judged: the last word counts.
inline constexpr bool kStopCancelsRestart = true;

}  // namespace sup::sim
