#include "agent/core/local/call_queue.h"

#include <iterator>
#include <utility>

namespace sup::core {
namespace {

// A start costs supervisord 3 ms, during which it answers nobody: longer batches would starve the
// others.
constexpr std::size_t kBatch = 10;

std::string full_namespec(const ProcessName& process) {
    return process.group + ":" + process.name;
}

std::vector<std::string> namespecs(const std::vector<Order>& orders) {
    std::vector<std::string> names;
    for (const auto& order : orders) {
        names.push_back(full_namespec(order.process));
    }
    return names;
}

}  // namespace

std::vector<Order> CallQueue::clear() {
    to_read_.clear();
    everything_ = false;
    group_steps_.clear();
    std::vector<Order> orders(std::make_move_iterator(orders_.begin()),
                              std::make_move_iterator(orders_.end()));
    orders_.clear();
    return orders;
}

void CallQueue::pump(Instant now, Outbox& out) {
    if (in_flight_) {
        return;
    }
    if (!orders_.empty()) {
        in_flight_ = Call{++last_, now, {}, {}, false, {}};
        issue_orders(out);
    } else if (!group_steps_.empty()) {
        in_flight_ = Call{++last_, now, {}, {}, false, {}};
        issue_group_step(out);
    } else if (!to_read_.empty()) {
        Call call{++last_, now, {}, {}, false, {}};
        while (!to_read_.empty() && call.read.size() < kBatch) {
            call.read.push_back(full_namespec(*to_read_.begin()));
            to_read_.erase(to_read_.begin());
        }
        out.add(CallSupervisor{call.id, ReadProcesses{call.read}});
        in_flight_ = std::move(call);
    } else if (std::exchange(everything_, false)) {
        in_flight_ = Call{++last_, now, {}, {}, true, {}};
        out.add(CallSupervisor{last_, ReadEverything{}});
    }
}

void CallQueue::issue_group_step(Outbox& out) {
    const auto& step = in_flight_->group.emplace(std::move(group_steps_.front()));
    group_steps_.pop_front();
    switch (step.kind) {
        case GroupStep::Kind::Reload:
            out.add(CallSupervisor{last_, ReloadConfiguration{}});
            return;
        case GroupStep::Kind::Remove:
            out.add(CallSupervisor{last_, RemoveGroup{step.group}});
            return;
        case GroupStep::Kind::Add:
            out.add(CallSupervisor{last_, AddGroup{step.group}});
            return;
    }
}

void CallQueue::issue_orders(Outbox& out) {
    const auto kind = orders_.front().kind;
    auto& batch = in_flight_->orders;
    const bool single =
        kind == OrderKind::RestartSupervisor || kind == OrderKind::ShutdownSupervisor;
    do {
        batch.push_back(std::move(orders_.front()));
        orders_.pop_front();
    } while (!single && !orders_.empty() && orders_.front().kind == kind && batch.size() < kBatch);
    switch (kind) {
        case OrderKind::Start:
            out.add(CallSupervisor{last_, StartProcesses{namespecs(batch)}});
            break;
        case OrderKind::Stop:
            out.add(CallSupervisor{last_, StopProcesses{namespecs(batch)}});
            break;
        case OrderKind::RestartSupervisor:
            out.add(CallSupervisor{last_, RestartSupervisor{}});
            break;
        case OrderKind::ShutdownSupervisor:
            out.add(CallSupervisor{last_, ShutdownSupervisor{}});
            break;
    }
}

std::optional<CallQueue::Call> CallQueue::finish(CallId id) {
    if (!in_flight_ || in_flight_->id != id) {
        return std::nullopt;
    }
    return std::exchange(in_flight_, std::nullopt);
}

}  // namespace sup::core
