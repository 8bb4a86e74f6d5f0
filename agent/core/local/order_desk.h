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
// gets the answer of the first time. Remembers the last kMemory orders of one run of the sender's
// agent, whatever terms it had.
class OrderDesk {
public:
    OrderDesk(SupervisorLink& link, const Postman& postman) : link_(&link), postman_(&postman) {}

    struct Sender {
        InstanceId instance;
        BootId boot = 0;
        bool operator==(const Sender&) const = default;
    };
    void on_orders(const Sender& sender, const std::vector<Order>& orders, Outbox& out);
    void refuse(InstanceId sender, const std::vector<Order>& orders, const std::string& why,
                Outbox& out) const;
    // supervisord's verdict. Tells the sender; returns the result when the order was our own.
    std::optional<OrderResult> on_done(const LocalOrderDone& done, InstanceId local, Outbox& out);

private:
    static constexpr std::size_t kMemory = 4096;
    SupervisorLink* link_;
    const Postman* postman_;
    Sender sender_;
    std::map<std::uint64_t, std::optional<OrderResult>> orders_;  // nothing yet: under way
};

}  // namespace sup::core
