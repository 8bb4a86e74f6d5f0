#pragma once

#include <map>
#include <set>
#include <vector>

#include "agent/core/federation/postman.h"
#include "agent/core/outbox.h"
#include "agent/core/sequencing/undertaking.h"
#include "common/base/text.h"

namespace sup::core {

// Our orders on their way: sent to their target, repeated until it answers, forgotten when their
// job is over. Bounded by the commands of the jobs.
class OrderBook {
public:
    explicit OrderBook(const Postman& postman, InstanceId local)
        : postman_(&postman), local_(local) {}

    void rebind(const Postman& postman) { postman_ = &postman; }
    void issue(Instant now, InstanceId target, Order order) {
        fresh_[target].push_back(order);
        pending_[order.id] = {target, std::move(order), now + kRepeat};
    }
    // Whether the answer belongs to an order that still matters.
    bool answered(std::uint64_t id) { return pending_.erase(id) != 0; }
    void forget(InstanceId target) {
        std::erase_if(pending_, [&](const auto& entry) { return entry.second.target == target; });
        fresh_.erase(target);
    }
    void clear() {
        pending_.clear();
        fresh_.clear();
    }

    // Sends what is fresh, one message per target. Returns the orders for ourselves.
    std::vector<Order> send(Outbox& out) {
        std::vector<Order> own;
        for (auto& [target, orders] : fresh_) {
            if (target == local_) {
                own = std::move(orders);
            } else {
                postman_->send(target, Orders{std::move(orders)}, out);
            }
        }
        fresh_.clear();
        return own;
    }
    void repeat(Instant now) {
        for (auto& [id, entry] : pending_) {
            if (entry.repeat_at <= now) {
                entry.repeat_at = now + kRepeat;
                if (entry.target != local_) {
                    fresh_[entry.target].push_back(entry.order);
                }
            }
        }
    }
    // `wanted`: those that somebody waits for.
    void undertakings(const std::set<std::uint64_t>& wanted, std::vector<Undertaking>& all) const {
        for (const auto& [id, entry] : pending_) {
            all.push_back({concat("order ", id), wanted.contains(id) ? entry.repeat_at : kNever});
        }
        for (const auto& [target, orders] : fresh_) {
            all.push_back({concat("orders that are not sent to instance ", target.value)});
        }
    }
    Instant next_deadline() const {
        Instant next = kNever;
        for (const auto& [id, entry] : pending_) {
            next = std::min(next, entry.repeat_at);
        }
        return next;
    }

private:
    static constexpr Duration kRepeat = 1_s;
    struct Entry {
        InstanceId target;
        Order order;
        Instant repeat_at;
    };
    const Postman* postman_;
    InstanceId local_;
    std::map<std::uint64_t, Entry> pending_;
    std::map<InstanceId, std::vector<Order>> fresh_;
};

}  // namespace sup::core
