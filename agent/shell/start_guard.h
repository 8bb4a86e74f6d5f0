#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/codec/xmlrpc_value.h"
#include "agent/core/queries.h"

namespace sup::shell {

// supervisord's own methods that start processes, with what users have disabled or removed left out
// (section 15.1 of the API, E-190).
namespace guard {

// The call goes to supervisord as it is: nothing of what it would start is refused.
struct Pass {};
// One start of several, in the form of the results of supervisord's group methods.
struct Start {
    ProcessName process;
    std::optional<Fault> refusal;  // then nothing is asked of supervisord
};
struct Several {
    std::vector<Start> starts;
    codec::Value wait;
};
using Plan = std::variant<Pass, Fault, Several>;

}  // namespace guard

bool is_start(const codec::Call& call);
// `startables` is sorted by process. For calls that start.
guard::Plan plan_start(const codec::Call& call, const std::vector<core::Startable>& startables);

// The results of the starts, as supervisord lays them out: group, name, status, description.
codec::Value start_result(const ProcessName& process, const Fault& fault);
codec::Value start_success(const ProcessName& process);

}  // namespace sup::shell
