#include <algorithm>
#include <utility>

#include "agent/core/local/supervisor_link.h"
#include "common/base/text.h"

// The part of SupervisorLink that makes records of supervisord's answers.
namespace sup::core {
namespace {

constexpr std::string_view kCategory = "supervisord";
constexpr Duration kLateEventDelay = 1_s;

}  // namespace

void SupervisorLink::on_configuration(const ConfigurationRead& configuration, Outbox& out) {
    const auto former = std::exchange(configured_, {});
    for (const auto& process : configuration.processes) {
        configured_.emplace(process.process, process);
    }
    // What supervisord runs goes on as it was configured, until it is told to look at its files.
    for (const auto& [name, local] : processes_) {
        if (const auto known = former.find(name); known != former.end()) {
            configured_.emplace(name, known->second);
        }
    }
    for (auto& [name, local] : processes_) {
        const auto before = local.record;
        const auto program = programs_.find(name);
        complete(local.record, program == programs_.end() ? nullptr : &program->second);
        const auto stood = local.standing;
        take_standing(local);
        if (stood == Standing::Shown && local.standing == Standing::Hidden) {
            news_.emplace_back(LocalRemoval{name});
        } else if (!(local.record == before) || stood == Standing::Hidden) {
            tell(local);
        }
        enforce(local, out);
    }
}

void SupervisorLink::complete(ProcessRecord& record, const SupervisorProgram* program) const {
    if (const auto found = configured_.find(record.process); found != configured_.end()) {
        const auto& config = found->second;
        record.program = config.program;
        record.index = config.index;
        record.startsecs = config.startsecs;
        record.stopwaitsecs = config.stopwaitsecs;
        record.autorestarts = config.autorestart != ProcessConfig::Autorestart::Never;
        record.has_stdout = config.has_stdout;
        record.has_stderr = config.has_stderr;
    } else {
        record.program = record.process.name;
    }
    record.arguments_fix = arguments_fix(record.process);
    record.extra_args = record.arguments_fix.empty() ? arguments_of(record.process) : std::string();
    record.disabled = permits_.is_disabled(record.program);
    if (program != nullptr) {  // the daemon's own word beats the files
        record.startsecs = program->startsecs;
        record.stopwaitsecs = program->stopwaitsecs;
        record.has_stdout = program->has_stdout;
        record.has_stderr = program->has_stderr;
    }
}

ProcessRecord SupervisorLink::record_of(const SupervisorProcess& seen, Instant now) const {
    ProcessRecord record;
    record.process = seen.process;
    record.state = seen.state;
    record.spawn_error = seen.spawn_error;
    // Supervisor keeps a spawn error for an exit that was not expected (B-90).
    record.expected = seen.spawn_error.empty() || seen.state != ProcessState::Exited;
    record.pid = seen.pid;
    record.start_wall = seen.start;
    record.stop_wall = seen.stop;
    const auto instant_of = [&](WallTime date) {
        return date.ms == 0 ? Instant{}
                            : Instant{std::max<std::int64_t>(
                                  0, now.ms - std::max<std::int64_t>(0, seen.now.ms - date.ms))};
    };
    record.start_instant = instant_of(seen.start);
    record.stop_instant = instant_of(seen.stop);
    record.event_instant = now;
    record.event_wall = wall(now);
    const auto program = programs_.find(seen.process);
    complete(record, program == programs_.end() ? nullptr : &program->second);
    return record;
}

void SupervisorLink::on_everything(Instant now, const CallQueue::Call& call,
                                   const AllProcesses& all, Outbox& out) {
    // It is on its way out: its next session will introduce itself. What was asked before it said
    // so may be answered after, while its listener is still there.
    if (phase_ == Phase::Stopping && (!relay_ || call.id <= last_before_closing_)) {
        return;
    }
    const bool was_up = phase_ == Phase::Up || phase_ == Phase::Stopping;
    auto session = all.session;
    session.restarts = session_.restarts + (restarting_ ? 1 : 0);
    const bool other = session_.pid != 0 && !(session == session_);
    const bool believe = !was_up || other || std::exchange(resync_announced_, false);
    programs_.clear();
    for (const auto& program : all.programs) {
        programs_.emplace(program.process, program);
    }
    const bool is_new_run = other || (session_.pid == 0 &&
                                      (all.session.pid != remembered_session_.pid ||
                                       all.session.start_ticks != remembered_session_.start_ticks));
    if (is_new_run) {
        processes_.clear();  // nothing of the former daemon is true of this one
        permits_.begin_run();
    }
    remembered_session_ = all.session;
    std::map<ProcessName, Local> fresh;
    for (const auto& seen : all.processes) {
        if (is_infrastructure(seen.process)) {
            revive_relay(seen, out);
        } else {
            auto local = merge(now, believe ? call.issued : kNever, seen);
            take_standing(local);
            // What it started by itself was not left to end by anybody.
            if (is_new_run && local.standing == Standing::Lingering) {
                local.standing = Standing::Leaving;
            }
            fresh.emplace(seen.process, std::move(local));
        }
    }
    processes_ = std::move(fresh);
    phase_ = Phase::Up;
    restarting_ = false;
    unreachable_said_ = false;
    session_ = session;
    next_read_ = now + (relay_ ? resync_period_ : kPollWithoutRelay);
    watch(session.pid, {}, out);
    LocalSnapshot snapshot{{}, other};
    for (auto& [name, local] : processes_) {
        enforce(local, out);
        if (local.standing != Standing::Hidden) {
            snapshot.records.push_back(local.record);
        }
        if (!is_stopped_like(local.record.state)) {
            watch(local.record.pid, name, out);
        }
    }
    news_.emplace_back(std::move(snapshot));
}

// A "stop all" means applications: our listener, which was there and is stopped, is started again.
// To do without it, its program is disabled, or not started automatically.
void SupervisorLink::revive_relay(const SupervisorProcess& seen, Outbox& out) {
    const auto& config = configured_.at(seen.process);
    const bool is_meant = config.role == ProcessConfig::Role::Relay && config.autostart &&
                          !permits_.disabled.contains(config.program);
    const bool was_stopped =
        seen.state == ProcessState::Stopped && !relay_ && relay_lost_at_ != kNever;
    if (is_meant && was_stopped && !calls_.has_order(seen.process)) {
        out.warning(kCategory, concat("the listener ", namespec_of(seen.process),
                                      " was stopped: it is started again"));
        calls_.add(Order{0, OrderKind::Start, seen.process, {}});
    }
}

// What was read of one process, beside what we hold. Nothing is believed that is older than an
// event; where nothing was known to be missing (`believed_since` is kNever), a difference is only a
// doubt.
SupervisorLink::Local SupervisorLink::merge(Instant now, Instant believed_since,
                                            const SupervisorProcess& seen) const {
    auto record = record_of(seen, now);
    const auto known = processes_.find(seen.process);
    if (known == processes_.end()) {
        return {std::move(record), kNever, Standing::Shown, false};
    }
    const auto& old = known->second.record;
    const auto as_known = [&](ProcessRecord now_true, Instant doubt_until) {
        return Local{std::move(now_true), doubt_until, known->second.standing,
                     known->second.stop_sent};
    };
    const bool same_run = old.pid == record.pid || old.pid == 0 || is_stopped_like(old.state);
    if (old.state == record.state && same_run) {
        auto kept = old;
        kept.start_ordered = kept.start_ordered && calls_.has_order(seen.process);
        kept.pid = record.pid == 0 ? old.pid : record.pid;
        kept.spawn_error = record.spawn_error;
        const auto program = programs_.find(seen.process);
        complete(kept, program == programs_.end() ? nullptr : &program->second);
        return as_known(std::move(kept), kNever);
    }
    if (believed_since == kNever || old.event_instant >= believed_since) {
        return as_known(old, now + kLateEventDelay);
    }
    return as_known(std::move(record), kNever);
}

void SupervisorLink::on_some(Instant now, const CallQueue::Call& call, const SomeProcesses& some,
                             Outbox& out) {
    for (const auto& seen : some.processes) {
        compare(now, call.issued, seen, out);
    }
}

// A process was read: its state settles a doubt, or raises one; the rest completes the record.
void SupervisorLink::compare(Instant now, Instant issued, const SupervisorProcess& seen,
                             Outbox& out) {
    const auto found = processes_.find(seen.process);
    if (found == processes_.end()) {
        return;
    }
    auto& local = found->second;
    auto& record = local.record;
    if (record.event_instant > issued) {
        local.doubt_until = kNever;
        return;  // an event came meanwhile: it is newer
    }
    if (seen.state != record.state) {
        if (local.doubt_until == kNever) {
            local.doubt_until = now + kLateEventDelay;  // its event is probably on its way
            return;
        }
        ++repairs_;
        out.warning(kCategory, concat(namespec_of(record.process), " is ", name_of(seen.state),
                                      " and not ", name_of(record.state), ": repaired"));
        record = record_of(seen, now);
        local.doubt_until = kNever;
        local.stop_sent = false;
        tell(local);
    } else {
        local.doubt_until = kNever;
        const bool order_is_over = record.start_ordered && !calls_.has_order(record.process);
        const bool told_more = record.spawn_error != seen.spawn_error ||
                               (seen.pid != 0 && record.pid != seen.pid) || order_is_over;
        record.start_ordered = record.start_ordered && !order_is_over;
        record.spawn_error = seen.spawn_error;
        if (seen.pid != 0) {
            record.pid = seen.pid;
        }
        if (record.state == ProcessState::Backoff || record.state == ProcessState::Fatal) {
            // Whether it has run before it failed, no event says (B-91).
            const auto read = record_of(seen, now);
            record.stop_wall = read.stop_wall;
            record.stop_instant = read.stop_instant;
        }
        if (told_more && record.state != ProcessState::Starting) {
            tell(local);
        }
    }
    enforce(local, out);
    if (!is_stopped_like(record.state)) {
        watch(record.pid, record.process, out);
    }
}

}  // namespace sup::core
