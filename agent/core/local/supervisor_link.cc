#include "agent/core/local/supervisor_link.h"

#include <algorithm>
#include <utility>

#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "supervisord";
constexpr Duration kDoubtDelay = 50_ms;
constexpr Duration kLateEventDelay = 1_s;
// TICK_5 is silent for longer: the loop is stuck, or the relay is lost without a word.
constexpr Duration kSilence = 12_s;

}  // namespace

SupervisorLink::SupervisorLink(const Settings& settings, const Birth& birth)
    : resync_period_(settings.resync_period),
      nudges_(settings.nudge),
      state_dir_(settings.state_dir),
      wall_offset_ms_(birth.wall_offset_ms),
      remembered_session_(settings.programs.session),
      next_read_(birth.instant) {
    for (const auto& [program, is_disabled] : settings.programs.disabilities) {
        if (is_disabled) {
            permits_.disabled.insert(program);
        }
    }
    permits_.limits = settings.programs.limits;
    for (const auto& [program, numprocs] : settings.programs.numprocs) {
        permits_.lasting.insert(program);
    }
}

bool SupervisorLink::is_infrastructure(const ProcessName& process) const {
    const auto configured = configured_.find(process);
    return configured != configured_.end() && configured->second.is_infrastructure();
}

void SupervisorLink::on_relay_connected(Instant now, const RelayConnected& input, Outbox& out) {
    relay_ = true;
    relay_lost_at_ = kNever;
    relay_missing_said_ = false;
    poolserial_ = 0;
    supervisor_tick_ = now;
    out.info(kCategory, concat("the listener of supervisord ", input.supervisor.pid,
                               " is connected: everything is read"));
    if (input.supervisor.pid != 0) {
        watch(input.supervisor.pid, {}, out);
    }
    read_everything(now);
}

void SupervisorLink::on_events_dropped(Outbox& out) {
    out.warning(kCategory, "the listener dropped events: everything is read again");
    resynchronise();
}

void SupervisorLink::on_event(Instant now, const SupervisorEvent& input, Outbox& out) {
    if (poolserial_ != 0 && input.poolserial > poolserial_ + 1) {
        out.warning(kCategory, concat("events ", poolserial_ + 1, " to ", input.poolserial - 1,
                                      " are missing: everything is read again"));
        resynchronise();
    }
    poolserial_ = input.poolserial;
    std::visit(Overloaded{
                   [&](const ProcessStateEvent& event) { apply(now, event, out); },
                   [&](const ProcessGroupEvent& event) { apply_group(event); },
                   [&](const SupervisorStopping&) { expect_closing(); },
                   [&](const SupervisorRunning&) {},
                   [&](const SupervisorTick&) { supervisor_tick_ = now; },
                   [&](const OtherEvent&) {},
               },
               input.event);
}

void SupervisorLink::apply(Instant now, const ProcessStateEvent& event, Outbox& out) {
    if (is_infrastructure(event.process)) {
        return;
    }
    expectations_.fulfil(event.process);
    const auto found = processes_.find(event.process);
    if (found == processes_.end()) {
        if (phase_ == Phase::Up) {
            resynchronise();  // a process that we have never heard of
        }
        return;
    }
    auto& local = found->second;
    const bool follows =
        event.from_state == local.record.state || local.record.state == ProcessState::Unknown;
    if (event.state == local.record.state && !follows) {
        return;  // old news: a read was ahead of its event
    }
    if (!follows) {
        local.doubt_until = now + kDoubtDelay;
        return;
    }
    accept(now, local, event, out);
}

void SupervisorLink::accept(Instant now, Local& local, const ProcessStateEvent& event,
                            Outbox& out) {
    auto& record = local.record;
    record.state = event.state;
    record.start_ordered = false;
    record.expected = event.state != ProcessState::Exited || event.expected;
    record.event_instant = now;
    record.event_wall = wall(now);
    local.doubt_until = kNever;
    switch (event.state) {
        case ProcessState::Starting:
            record.pid = 0;
            record.spawn_error.clear();
            record.stop_ordered = false;
            [[fallthrough]];
        case ProcessState::Backoff:
            record.start_instant = now;
            record.start_wall = wall(now);
            break;
        case ProcessState::Running:
        case ProcessState::Stopping:
            record.pid = event.pid;
            break;
        case ProcessState::Stopped:
        case ProcessState::Exited:
        case ProcessState::Unknown:
            record.stop_instant = now;
            record.stop_wall = wall(now);
            record.pid = event.pid;
            break;
        case ProcessState::Fatal:
        case ProcessState::Deleted:
            record.pid = 0;
            break;
    }
    local.stop_sent = local.stop_sent && is_running_like(event.state);
    tell(local);
    follow_up(now, local, event, out);
    enforce(local, out);
}

// What the event makes us wait for, watch or ask.
void SupervisorLink::follow_up(Instant now, const Local& local, const ProcessStateEvent& event,
                               Outbox& out) {
    const auto& record = local.record;
    switch (event.state) {
        case ProcessState::Starting:
            expectations_.expect(record.process, now + record.startsecs);
            if (record.startsecs > 0_ms) {
                calls_.read(record.process);  // its pid, to see an early end
            }
            break;
        case ProcessState::Running:
        case ProcessState::Stopping:
            watch(event.pid, record.process, out);
            break;
        case ProcessState::Backoff:
            calls_.read(record.process);
            expectations_.expect(record.process, now + 1_s * std::max(1, event.tries));
            break;
        case ProcessState::Exited:
            calls_.read(record.process);
            if (record.autorestarts) {
                expectations_.expect(record.process, now);
            }
            break;
        case ProcessState::Fatal:
            calls_.read(record.process);
            break;
        case ProcessState::Stopped:
        case ProcessState::Unknown:
        case ProcessState::Deleted:
            break;
    }
}

void SupervisorLink::apply_group(const ProcessGroupEvent& event) {
    if (event.added) {
        resynchronise();
        return;
    }
    for (auto local = processes_.begin(); local != processes_.end();) {
        if (local->first.group == event.group) {
            if (local->second.standing != Standing::Hidden) {
                news_.emplace_back(LocalRemoval{local->first});
            }
            local = processes_.erase(local);
        } else {
            ++local;
        }
    }
}

void SupervisorLink::watch(std::int32_t pid, const ProcessName& process, Outbox& out) {
    if (pid > 0 && watched_.emplace(pid, process).second) {
        out.add(WatchPid{pid});
    }
}

void SupervisorLink::on_pid_ended(Instant now, std::int32_t pid, Outbox& out) {
    news_.emplace_back(LocalPidEnded{pid});
    const auto found = watched_.find(pid);
    if (found == watched_.end()) {
        return;
    }
    const auto process = found->second;
    watched_.erase(found);
    if (process.group.empty()) {
        if (pid == session_.pid && phase_ != Phase::Away) {
            gone(now, "its process ended", out);
        }
        return;
    }
    if (processes_.contains(process)) {
        expectations_.expect(process, now);
        wake(now, out);
    }
}

void SupervisorLink::on_pid_watch_unavailable(const std::string& reason, Outbox& out) {
    out.warning(kCategory, concat("processes cannot be watched (", reason,
                                  "): the ends of processes are seen up to 1 s late"));
}

void SupervisorLink::on_reply(Instant now, const SupervisorReply& reply, Outbox& out) {
    auto call = calls_.finish(reply.call);
    if (!call) {
        return;
    }
    std::visit(
        Overloaded{
            [&](const AllProcesses& all) { on_everything(now, *call, all, out); },
            [&](const SomeProcesses& some) { on_some(now, *call, some, out); },
            [&](const Verdicts& verdicts) {
                if (call->left.empty()) {
                    on_verdicts(now, std::move(*call), verdicts);
                } else {
                    on_left(std::move(*call), verdicts, out);
                }
            },
            [&](const ConfigurationReloaded& reloaded) {
                on_group_reply(*call, std::nullopt, reloaded.changed);
            },
            [&](const CallFailed& failed) { on_failure(now, std::move(*call), failed, out); },
        },
        reply.result);
}

void SupervisorLink::on_failure(Instant now, CallQueue::Call call, const CallFailed& failed,
                                Outbox& out) {
    if (failed.kind == CallFailureKind::Closing && phase_ == Phase::Up) {
        expect_closing();  // its event was lost, as was its answer if we had asked for it
    }
    if (call.group) {
        on_group_reply(call, Fault{FaultCode::Failed, failed.reason}, {});
    }
    const bool may_be_made = call.left.empty();
    for (auto& order : call.orders) {
        // A start that supervisord did not answer may be made yet, however late: it is on its way
        // until a read, which is answered after it, says otherwise.
        if (order.kind == OrderKind::Start && may_be_made) {
            calls_.read(order.process);
        } else {
            unmark_order(order.process);
        }
        if (const auto local = processes_.find(order.process); local != processes_.end()) {
            local->second.stop_sent = false;
        }
        news_.emplace_back(
            LocalOrderDone{std::move(order), Fault{FaultCode::Failed, failed.reason}});
    }
    if (call.orders.empty() && !call.left.empty()) {
        out.error(kCategory, concat("extra arguments could not be left: ", failed.reason));
    }
    if (call.everything) {
        next_read_ = now + kRetry;
        if (phase_ == Phase::Reading) {
            phase_ = Phase::Away;
        }
        if (!std::exchange(unreachable_said_, true)) {
            out.warning(kCategory, concat("it cannot be read, retried: ", failed.reason));
        }
    } else if (!call.read.empty()) {
        next_read_ = std::min(next_read_, now + kRetry);
    }
}

void SupervisorLink::resynchronise() {
    resync_announced_ = true;
    calls_.read_everything();
}

void SupervisorLink::read_everything(Instant now) {
    resync_announced_ = true;
    next_read_ = now;
    if (phase_ == Phase::Away) {
        phase_ = Phase::Reading;
    }
}

void SupervisorLink::wake(Instant now, Outbox& out) {
    if (next_read_ <= now) {
        next_read_ = kNever;
        calls_.read_everything();
    }
    for (auto& [name, local] : processes_) {
        if (local.doubt_until <= now) {
            local.doubt_until = now + kLateEventDelay;
            calls_.read(name);
        }
    }
    if (!relay_ && phase_ == Phase::Up && !std::exchange(relay_missing_said_, true)) {
        out.warning(kCategory,
                    "no listener is connected: without [eventlistener:supvisors] changes are "
                    "seen only by polling");
    }
    if (relay_ && supervisor_tick_ != kNever && now - supervisor_tick_ > kSilence) {
        supervisor_tick_ = now;
        out.warning(kCategory, "no TICK_5 for 12 s: supervisord's loop is stuck, or it is stopped");
        calls_.read_everything();
    }
    if (nudges_ && relay_ && expectations_.nudge_due(now)) {
        out.add(NudgeSupervisor{});
    }
}

Instant SupervisorLink::next_deadline() const {
    Instant next = next_read_;
    if (nudges_ && relay_) {
        next = std::min(next, expectations_.next_deadline());
    }
    if (relay_ && supervisor_tick_ != kNever) {
        next = std::min(next, supervisor_tick_ + kSilence + 1_ms);
    }
    for (const auto& [name, local] : processes_) {
        next = std::min(next, local.doubt_until);
    }
    return next;
}

std::vector<LocalNews> SupervisorLink::take_news() {
    return std::exchange(news_, {});
}

}  // namespace sup::core
