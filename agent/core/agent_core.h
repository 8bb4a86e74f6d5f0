#pragma once

#include <memory>

#include "agent/core/input.h"
#include "agent/core/outbox.h"
#include "agent/core/queries.h"
#include "agent/core/settings.h"
#include "common/base/time.h"

namespace sup::core {

// One agent's decisions, whole: a machine that turns one input and the time into commands. It reads
// no clock, draws no randomness, blocks on nothing. The agent is one shell around it, the simulator
// another.
//
// Contract of the shell: `step` with each input in order of arrival; `step(now, Wake{})` no later
// than next_deadline(); commands carried out in order; exactly one SupervisorReply per
// CallSupervisor. `now` never decreases. One thread.
class AgentCore {
public:
    AgentCore(Settings settings, Birth birth, rules::RuleSet rules);
    ~AgentCore();
    AgentCore(AgentCore&&) noexcept;
    AgentCore& operator=(AgentCore&&) noexcept;

    void step(Instant now, const Input& input, Outbox& out);
    Instant next_deadline() const;

    // What users may read, as of `now`. Valid until the next step.
    Queries queries(Instant now) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sup::core
