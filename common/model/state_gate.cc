#include "common/model/state_gate.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/base/text.h"

namespace sup {

std::optional<Fault> state_fault(FsmState state, std::span<const FsmState> allowed) {
    if (std::find(allowed.begin(), allowed.end(), state) != allowed.end()) {
        return std::nullopt;
    }
    std::vector<std::string> expected;
    for (const auto one : allowed) {
        expected.emplace_back(name_of(one));
    }
    return Fault{FaultCode::BadSupvisorsState,
                 concat("invalid Supvisors state=", name_of(state), " - state expected in ",
                        python_list(expected))};
}

}  // namespace sup
