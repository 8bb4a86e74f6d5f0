#include "agent/core/local/order_desk.h"

#include "common/base/text.h"

namespace sup::core {

void OrderDesk::on_orders(InstanceId sender, Term term, const std::vector<Order>& orders,
                          Outbox& out) {
    if (term != term_) {
        orders_.clear();  // the ids of another Master are others
        term_ = term;
    }
    OrderResults again;
    for (const auto& order : orders) {
        const auto known = orders_.find(order.id);
        if (known == orders_.end()) {
            if (orders_.size() >= kMemory) {
                orders_.erase(orders_.begin());
            }
            orders_[order.id] = {sender, std::nullopt};
            link_->carry_out(order, out);
        } else if (known->second.result) {
            again.results.push_back(*known->second.result);
        }
    }
    if (!again.results.empty()) {
        postman_->send(sender, std::move(again), out);
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
    known->second.result = OrderResult{done.order.id, done.fault};
    if (known->second.sender == local) {
        return known->second.result;
    }
    postman_->send(known->second.sender, OrderResults{{*known->second.result}}, out);
    return std::nullopt;
}

}  // namespace sup::core
