#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/model/process_record.h"
#include "rules/model.h"

namespace sup::core {

// What one instance says of a process, and when it said it.
struct ProcessCopy {
    InstanceId instance;
    ProcessRecord record;
    Instant received;          // in our clock: the latest wins between stopped copies (E-77)
    bool has_crashed = false;  // sticky, since the initial information (B-91)
};

// A state shown instead of the real one since an order was not confirmed (B-107).
struct ForcedState {
    ProcessState state = ProcessState::Fatal;
    std::string reason;
    std::string identifier;  // of the target, may be empty
};

// One process merged over all instances (section 7 of the reference). `running_on` is the set `run`
// of the synthesis; `state` and `expected_exit` are its outcome.
struct Process {
    ProcessName name;
    ApplicationId application;
    rules::ProcessRules rules;
    std::vector<ProcessCopy> copies;     // by instance, in list order
    std::vector<InstanceId> running_on;  // in list order
    ProcessState state = ProcessState::Unknown;
    bool expected_exit = true;
    std::optional<ForcedState> forced;
    std::string extra_args;  // with which it was started last, wherever
    Instant last_event;
    std::optional<std::string> assigned;  // the instance that `#` or `@` gave it
    bool lost = false;  // it ran on an instance that was lost, and no Master has dealt with it yet
    bool removed = false;  // gone everywhere; its place is kept so that ids stay valid

    const ProcessCopy* copy_on(InstanceId instance) const;
    ProcessCopy* copy_on(InstanceId instance);
    bool runs_on(InstanceId instance) const;
    // Where it is up, or on its way up: more than one makes a conflict. A copy that is being
    // stopped does not count (D-17).
    std::vector<InstanceId> up_on() const;
    // Where a supervisord was told to start it, and has not said so yet.
    std::optional<InstanceId> ordered_on() const;
    bool is_running() const { return is_running_like(state); }
    bool is_stopped() const { return is_stopped_like(state); }
    // What users see (B-107).
    ProcessState displayed_state() const { return forced ? forced->state : state; }
    bool displayed_expected() const { return forced ? false : expected_exit; }
    bool shows_crash() const;
    const std::string& program() const;
    std::int32_t index() const;
};

// Re-computes `state` and `expected_exit` from the copies and `running_on` (section 7.2, steps 2 to
// 4).
void synthesize(Process& process);

// Step 1: what the news `state` from `instance` changes in `running_on`, then the synthesis.
void apply_news(Process& process, InstanceId instance, ProcessState state);

}  // namespace sup::core
