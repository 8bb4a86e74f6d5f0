#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "agent/core/federation/postman.h"
#include "agent/core/local/supervisor_link.h"
#include "agent/core/outbox.h"

namespace sup::core {

// Carries out the orders of the Master on our supervisord, each once: an order that comes again
// gets the answer of the first time. Orders of a term older than the one we obey are refused.
// Remembers the last kMemory orders.
class OrderDesk {
public:
    OrderDesk(SupervisorLink& link, const Postman& postman) : link_(&link), postman_(&postman) {}

    void on_orders(InstanceId sender, Term term, const std::vector<Order>& orders, Outbox& out);
    void refuse(InstanceId sender, const std::vector<Order>& orders, const std::string& why,
                Outbox& out) const;
    // supervisord's verdict. Tells the sender; returns the result when the order was our own.
    std::optional<OrderResult> on_done(const LocalOrderDone& done, InstanceId local, Outbox& out);

private:
    static constexpr std::size_t kMemory = 4096;
    struct Entry {
        InstanceId sender;
        std::optional<OrderResult> result;  // nothing yet: under way
    };
    SupervisorLink* link_;
    const Postman* postman_;
    Term term_ = 0;
    std::map<std::uint64_t, Entry> orders_;
};

}  // namespace sup::core
