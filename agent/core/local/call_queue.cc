#include "agent/core/local/call_queue.h"

#include <algorithm>
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
    std::vector<Order> orders;
    for (auto& waiting : std::exchange(orders_, {})) {
        orders.push_back(std::move(waiting.order));
    }
    return orders;
}

void CallQueue::add(Order order, Arguments arguments) {
    to_leave_.erase(order.process);  // the order says what holds from now on
    orders_.push_back({std::move(order), arguments});
}

std::vector<Order> CallQueue::take_back_starts(const ProcessName& process) {
    std::vector<Order> taken;
    std::erase_if(orders_, [&](const Waiting& waiting) {
        const bool is_meant = waiting.order.is_start_of(process);
        if (is_meant) {
            taken.push_back(waiting.order);
        }
        return is_meant;
    });
    return taken;
}

bool CallQueue::is_starting(const ProcessName& process) const {
    return in_flight_ &&
           std::any_of(in_flight_->orders.begin(), in_flight_->orders.end(),
                       [&](const Order& order) { return order.is_start_of(process); });
}

void CallQueue::leave(const ExtraArguments& arguments) {
    const bool is_under_way =
        in_flight_ && std::find(in_flight_->left.begin(), in_flight_->left.end(), arguments) !=
                          in_flight_->left.end();
    if (!is_under_way) {
        to_leave_[arguments.process] = arguments.extra_args;
    }
}

void CallQueue::put_back(std::vector<Order> orders) {
    for (auto order = orders.rbegin(); order != orders.rend(); ++order) {
        orders_.push_front({std::move(*order), Arguments::Known});
    }
}

CallQueue::Call CallQueue::begin(Instant now) {
    Call call;
    call.id = ++last_;
    call.issued = now;
    return call;
}

void CallQueue::pump(Instant now, Outbox& out) {
    if (in_flight_) {
        return;
    }
    if (!orders_.empty()) {
        in_flight_ = begin(now);
        issue_orders(out);
    } else if (!to_leave_.empty()) {
        in_flight_ = begin(now);
        issue_arguments(out);
    } else if (!group_steps_.empty()) {
        in_flight_ = begin(now);
        issue_group_step(out);
    } else if (!to_read_.empty()) {
        auto call = begin(now);
        while (!to_read_.empty() && call.read.size() < kBatch) {
            call.read.push_back(full_namespec(*to_read_.begin()));
            to_read_.erase(to_read_.begin());
        }
        out.add(CallSupervisor{call.id, ReadProcesses{call.read}});
        in_flight_ = std::move(call);
    } else if (std::exchange(everything_, false)) {
        in_flight_ = begin(now);
        in_flight_->everything = true;
        out.add(CallSupervisor{last_, ReadEverything{}});
    }
}

void CallQueue::issue_arguments(Outbox& out) {
    auto& batch = in_flight_->left;
    while (!to_leave_.empty() && batch.size() < kBatch) {
        auto first = to_leave_.extract(to_leave_.begin());
        batch.push_back({std::move(first.key()), std::move(first.mapped())});
    }
    out.add(CallSupervisor{last_, LeaveArguments{batch}});
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
    const auto kind = orders_.front().order.kind;
    const auto arguments = orders_.front().arguments;
    auto& batch = in_flight_->orders;
    const bool single =
        kind == OrderKind::RestartSupervisor || kind == OrderKind::ShutdownSupervisor;
    do {
        batch.push_back(std::move(orders_.front().order));
        orders_.pop_front();
    } while (!single && !orders_.empty() && orders_.front().order.kind == kind &&
             orders_.front().arguments == arguments && batch.size() < kBatch);
    if (arguments == Arguments::Due) {
        for (const auto& order : batch) {
            in_flight_->left.push_back({order.process, order.extra_args});
        }
        out.add(CallSupervisor{last_, LeaveArguments{in_flight_->left}});
        return;
    }
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
