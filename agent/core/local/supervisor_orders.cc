#include <utility>

#include "agent/core/local/supervisor_link.h"
#include "common/base/text.h"

// The part of SupervisorLink that carries out orders and takes supervisord's verdict on them.
namespace sup::core {
namespace {

constexpr std::string_view kCategory = "supervisord";

// Faults after which the events tell the rest. SPAWN_ERROR: the start was made and the process has
// ended at once; supervisord goes on as it does after any early end, BACKOFF and all its retries.
bool is_no_refusal(OrderKind kind, FaultCode code) {
    return kind == OrderKind::Start
               ? code == FaultCode::AlreadyStarted || code == FaultCode::SpawnError
               : kind == OrderKind::Stop && code == FaultCode::NotRunning;
}

}  // namespace

void SupervisorLink::carry_out(Order order, Outbox& out) {
    if (phase_ == Phase::Away || phase_ == Phase::Reading) {
        news_.emplace_back(LocalOrderDone{
            std::move(order), Fault{FaultCode::Failed, "its supervisord does not answer"}});
        return;
    }
    if (phase_ == Phase::Stopping && order.kind == OrderKind::Start) {
        news_.emplace_back(LocalOrderDone{std::move(order), Fault{FaultCode::ShutdownState, ""}});
        return;
    }
    if (order.kind == OrderKind::Stop && take_back_start(order.process)) {
        news_.emplace_back(LocalOrderDone{std::move(order), std::nullopt});
        return;
    }
    const bool starts = order.kind == OrderKind::Start;
    const auto local = processes_.find(order.process);
    if (starts && local != processes_.end()) {
        if (auto fault = refusal(local->second)) {
            news_.emplace_back(LocalOrderDone{std::move(order), std::move(fault)});
            return;
        }
    }
    auto fix = starts ? arguments_fix(order.process) : std::string();
    if (!order.extra_args.empty() && !fix.empty()) {
        news_.emplace_back(
            LocalOrderDone{std::move(order), Fault{FaultCode::NotApplicable, std::move(fix)}});
        return;
    }
    out.debug(kCategory, concat(starts ? "start " : "stop ", namespec_of(order.process)));
    mark_order(order);
    const bool is_due = starts && fix.empty() && arguments_of(order.process) != order.extra_args;
    calls_.add(std::move(order), is_due ? CallQueue::Arguments::Due : CallQueue::Arguments::Known);
}

// What is to be stopped is not started first: a start that waits for its turn, for supervisord is
// busy or stands still, is none. Whether nothing is left to be stopped.
bool SupervisorLink::take_back_start(const ProcessName& process) {
    const auto taken = calls_.take_back_starts(process);
    if (taken.empty()) {
        return false;
    }
    unmark_order(process);
    for (const auto& order : taken) {
        news_.emplace_back(LocalOrderDone{
            order, Fault{FaultCode::Failed, "it is to be stopped, and was not started yet"}});
    }
    const auto local = processes_.find(process);
    return !calls_.is_starting(process) && local != processes_.end() &&
           is_stopped_like(local->second.record.state);
}

// A start that is under way is told to everybody before it happens: a Master that takes over now
// must not start a second copy elsewhere. That a stop is, once it shows.
void SupervisorLink::mark_order(const Order& order) {
    const auto local = processes_.find(order.process);
    if (local == processes_.end()) {
        return;
    }
    auto& record = local->second.record;
    if (order.kind == OrderKind::Start && is_stopped_like(record.state)) {
        record.start_ordered = true;
        tell(local->second);
    } else if (order.kind == OrderKind::Stop) {
        record.stop_ordered = !is_stopped_like(record.state);
    }
}

void SupervisorLink::unmark_order(const ProcessName& process) {
    const auto local = processes_.find(process);
    if (local != processes_.end() && std::exchange(local->second.record.start_ordered, false)) {
        tell(local->second);
    }
}

void SupervisorLink::on_verdicts(Instant now, CallQueue::Call call, const Verdicts& verdicts) {
    if (call.group) {
        on_group_reply(call, verdicts.verdicts.empty() ? std::nullopt : verdicts.verdicts.front(),
                       {});
        return;
    }
    for (std::size_t i = 0; i < call.orders.size(); ++i) {
        auto& order = call.orders[i];
        std::optional<Fault> fault;
        if (i < verdicts.verdicts.size()) {
            fault = verdicts.verdicts[i];
        }
        if (fault && is_no_refusal(order.kind, fault->code)) {
            fault.reset();
            calls_.read(order.process);
        }
        if (fault) {
            unmark_order(order.process);
            if (const auto refused = processes_.find(order.process); refused != processes_.end()) {
                refused->second.stop_sent = false;
                refused->second.record.stop_ordered = false;
            }
        } else if (order.kind == OrderKind::RestartSupervisor ||
                   order.kind == OrderKind::ShutdownSupervisor) {
            expect_closing();
        }
        // Its event may have come before this answer: then nothing is due.
        const auto local = processes_.find(order.process);
        if (!fault && local != processes_.end()) {
            const bool is_down = is_stopped_like(local->second.record.state);
            if (is_down == (order.kind == OrderKind::Start)) {
                expectations_.expect(order.process, now);
            }
        }
        news_.emplace_back(LocalOrderDone{std::move(order), std::move(fault)});
    }
}

}  // namespace sup::core
