#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/model/names.h"
#include "common/model/requests.h"

namespace sup {

// What the Master asks of one instance. Idempotent by id within a term.
enum class OrderKind { Start, Stop, RestartSupervisor, ShutdownSupervisor };
struct Order {
    std::uint64_t id = 0;
    OrderKind kind = OrderKind::Start;
    ProcessName process;
    std::string extra_args;
    bool is_start_of(const ProcessName& name) const {
        return kind == OrderKind::Start && process == name;
    }
};
struct Orders {
    std::vector<Order> orders;
};
// supervisord's own verdict on an order, or our refusal. No fault: accepted.
struct OrderResult {
    std::uint64_t id = 0;
    std::optional<Fault> fault;
};
struct OrderResults {
    std::vector<OrderResult> results;
};

}  // namespace sup
