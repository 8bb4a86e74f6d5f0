#include "agent/core/local/order_desk.h"

#include "common/base/text.h"

namespace sup::core {

void OrderDesk::on_orders(const Sender& sender, const std::vector<Order>& orders, Outbox& out) {
    if (!(sender == sender_)) {
        orders_.clear();  // the ids of another Master are others
        sender_ = sender;
    }
    OrderResults again;
    for (const auto& order : orders) {
        const auto known = orders_.find(order.id);
        if (known == orders_.end()) {
            if (orders_.size() >= kMemory) {
                orders_.erase(orders_.begin());
            }
            orders_[order.id] = std::nullopt;
            link_->carry_out(order, out);
        } else if (known->second) {
            again.results.push_back(*known->second);
        }
    }
    if (!again.results.empty()) {
        postman_->send(sender.instance, std::move(again), out);
    }
}

void OrderDesk::refuse(InstanceId sender, const std::vector<Order>& orders, const std::string& why,
                       Outbox& out) const {
    OrderResults refusals;
    for (const auto& order : orders) {
        refusals.results.push_back({order.id, Fault{FaultCode::BadSupvisorsState, why}});
    }
    out.warning("orders", concat(orders.size(), " orders refused: ", why));
    postman_->send(sender, std::move(refusals), out);
}

std::optional<OrderResult> OrderDesk::on_done(const LocalOrderDone& done, InstanceId local,
                                              Outbox& out) {
    if (done.fault) {
        out.warning("orders", concat(namespec_of(done.order.process), ": supervisord answered ",
                                     done.fault->text()));
    }
    const auto known = orders_.find(done.order.id);
    if (known == orders_.end()) {
        return std::nullopt;
    }
    known->second = OrderResult{done.order.id, done.fault};
    if (sender_.instance == local) {
        return known->second;
    }
    postman_->send(sender_.instance, OrderResults{{*known->second}}, out);
    return std::nullopt;
}

}  // namespace sup::core
