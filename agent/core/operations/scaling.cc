#include "agent/core/operations/scaling.h"

#include <algorithm>
#include <utility>

#include "agent/core/operations/ending.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "programs";
// Of a call to supervisord, and of the reading of its configuration.
constexpr Duration kPatience = 20_s;

}  // namespace

void Scaling::fail(FaultCode code, std::string detail) {
    fault_ = Fault{code, std::move(detail)};
    phase_ = Phase::Done;
}

void Scaling::begin(Instant now, const std::optional<std::string>& problem) {
    if (problem) {
        return fail(FaultCode::Failed, *problem);
    }
    until_ = now + kPatience;
    link_->carry_out(GroupStep{GroupStep::Kind::Reload, {}});
}

void Scaling::on_step(Instant now, const LocalGroupStep& done) {
    if (is_done()) {
        return;
    }
    if (done.fault) {
        return fail(done.fault->code,
                    concat("program=", goal_.program, " numprocs=", goal_.numprocs,
                           " refused by supervisord: ", done.fault->text()));
    }
    if (phase_ == Phase::Reloading && done.step.kind == GroupStep::Kind::Reload) {
        for (const auto& group : goal_.groups) {
            if (std::find(done.changed.begin(), done.changed.end(), group) == done.changed.end()) {
                return fail(FaultCode::NotApplicable,
                            concat("supervisord sees no change of group=", group,
                                   " - overlay_dir expected among the files of [include], read "
                                   "after those of the program"));
            }
        }
        stop_groups(now);
    } else if (phase_ == Phase::Replacing && done.step.kind == GroupStep::Kind::Remove) {
        untouched_ = false;
        link_->carry_out(GroupStep{GroupStep::Kind::Add, done.step.group});
    } else if (phase_ == Phase::Replacing && done.step.kind == GroupStep::Kind::Add) {
        to_replace_.erase(done.step.group);
        replace_next(now);
    }
}

void Scaling::stop_groups(Instant now) {
    phase_ = Phase::Stopping;
    until_ = all_down_by(now, link_->records_of(goal_.groups));
    to_replace_ = goal_.groups;
}

// Also what comes up meanwhile: a start may have been under way.
void Scaling::stop_what_runs(Outbox& out) {
    for (const auto& record : link_->records_of(goal_.groups)) {
        if (!is_running_like(record.state)) {
            asked_.erase(record.process);
        } else if (asked_.insert(record.process).second) {
            out.warning(kCategory, concat(namespec_of(record.process), " is interrupted: group ",
                                          record.process.group, " is replaced, for ",
                                          goal_.numprocs, " processes of ", goal_.program));
            interrupted_.insert(record.process);
            link_->stop(record.process, out);
        }
    }
}

void Scaling::replace_next(Instant now) {
    until_ = now + kPatience;
    if (to_replace_.empty()) {
        phase_ = Phase::Reading;
        return;
    }
    phase_ = Phase::Replacing;
    link_->carry_out(GroupStep{GroupStep::Kind::Remove, *to_replace_.begin()});
}

std::vector<std::string> Scaling::still_running() const {
    std::vector<std::string> names;
    for (const auto& record : link_->records_of(goal_.groups)) {
        if (is_up(record)) {
            names.push_back(namespec_of(record.process));
        }
    }
    return names;
}

void Scaling::settle(Instant now, Outbox& out) {
    if (phase_ == Phase::Stopping) {
        stop_what_runs(out);
        if (still_running().empty()) {
            replace_next(now);
        }
    } else if (phase_ == Phase::Reading) {
        const auto program = link_->program(goal_.program);
        if (program && program->declared >= goal_.numprocs && program->numbered) {
            phase_ = Phase::Done;
        }
    }
    if (!is_done() && now >= until_) {
        if (phase_ == Phase::Stopping) {
            fail(FaultCode::StillRunning, concat("processes=", python_list(still_running())));
        } else {
            fail(FaultCode::Failed, concat("program=", goal_.program, " numprocs=", goal_.numprocs,
                                           " was not confirmed by supervisord in time"));
        }
    }
    if (!is_done()) {
        return;
    }
    for (const auto& process : std::exchange(interrupted_, {})) {
        link_->start(process, out);
    }
}

}  // namespace sup::core
