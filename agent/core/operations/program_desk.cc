#include "agent/core/operations/program_desk.h"

#include <algorithm>
#include <utility>

#include "agent/core/operations/ending.h"
#include "common/base/text.h"
#include "common/model/state_gate.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "programs";

std::vector<std::string> running_of(const std::vector<ProcessRecord>& records) {
    std::vector<std::string> names;
    for (const auto& record : records) {
        if (!is_stopped_like(record.state)) {
            names.push_back(namespec_of(record.process));
        }
    }
    return names;
}

}  // namespace

// The program, or nothing when the request is answered already.
std::optional<LocalProgram> ProgramDesk::check(RequestId id, const std::string& program,
                                               Outbox& out) const {
    if (const auto fault = state_fault(view_->governor->state(), {FsmState::Operation})) {
        out.add(AnswerOperator{id, *fault});
        return std::nullopt;
    }
    auto found = link_->program(program);
    if (!found) {
        out.add(AnswerOperator{
            id, Fault{FaultCode::BadName, concat("program=", program, " unknown to Supvisors")}});
    }
    return found;
}

std::uint64_t ProgramDesk::store(Outbox& out) {
    const auto& permits = link_->permits();
    for (const auto& program : link_->programs()) {
        memory_.disabilities[program] = permits.is_disabled(program);
    }
    memory_.limits = permits.limits;
    memory_.session = link_->session();
    std::set<std::string> lasting;
    for (const auto& [program, numprocs] : memory_.numprocs) {
        lasting.insert(program);
    }
    link_->set_lasting(std::move(lasting));
    std::map<std::string, OverlaySection> sections;
    for (const auto& [program, is_disabled] : memory_.disabilities) {
        const auto numprocs = memory_.numprocs.find(program);
        if (!is_disabled && numprocs == memory_.numprocs.end()) {
            continue;
        }
        const auto known = link_->program(program);
        if (!known || known->section.empty()) {
            continue;
        }
        auto& section = sections[known->section];
        section.section = known->section;
        section.stays_down = is_disabled;
        section.numprocs = numprocs == memory_.numprocs.end() ? 0 : numprocs->second;
    }
    StorePrograms command{++last_store_, memory_, {}};
    for (auto& [name, section] : sections) {
        command.overlay.push_back(std::move(section));
    }
    out.add(std::move(command));
    return last_store_;
}

void ProgramDesk::on_read(Outbox& out) {
    store(out);
}

void ProgramDesk::on_request(Instant, RequestId id, const EnableProgram& request, Outbox& out) {
    if (!check(id, request.program, out)) {
        return;
    }
    out.info(kCategory, concat("program ", request.program, " is enabled by a user"));
    link_->enable(request.program);
    Pending pending;
    pending.id = id;
    pending.program = request.program;
    pending.store = store(out);
    pending.starts = true;
    pending_.push_back(std::move(pending));
}

void ProgramDesk::on_request(Instant now, RequestId id, const DisableProgram& request,
                             Outbox& out) {
    const auto program = check(id, request.program, out);
    if (!program) {
        return;
    }
    out.info(kCategory, concat("program ", request.program, " is disabled by a user"));
    link_->disable(request.program, out);
    Pending pending;
    pending.id = id;
    pending.program = request.program;
    pending.store = store(out);
    if (request.wait == Wait::Yes) {
        for (const auto& record : program->processes) {
            pending.to_end.push_back(record.process);
        }
        pending.until = all_down_by(now, program->processes);
    }
    pending_.push_back(std::move(pending));
}

void ProgramDesk::on_request(Instant now, RequestId id, const UpdateNumprocs& request,
                             Outbox& out) {
    const auto program = check(id, request.program, out);
    if (!program) {
        return;
    }
    const auto refuse = [&](FaultCode code, std::string detail) {
        out.add(AnswerOperator{id, Fault{code, std::move(detail)}});
    };
    if (request.numprocs <= 0) {
        return refuse(FaultCode::IncorrectParameters,
                      concat("program=", request.program, " incorrect numprocs=", request.written,
                             " - integer > 0 expected"));
    }
    if (request.numprocs == program->wanted) {
        out.add(AnswerOperator{id, Done{}});
        return;
    }
    if (!program->numbered) {
        return refuse(FaultCode::NotApplicable,
                      concat("numprocs not applicable to program=", request.program));
    }
    if (growth_) {
        return refuse(FaultCode::Failed,
                      concat("numprocs of program=", growth_->scaling.goal().program,
                             " is being changed - try again later"));
    }
    if (request.numprocs <= program->declared) {
        pending_.push_back(shrink_or_recover(now, *program, request, out));
        pending_.back().id = id;
    } else if (auto fault = refusal_to_grow(*program, request)) {
        out.add(AnswerOperator{id, std::move(*fault)});
    } else {
        grow(id, *program, request, out);
    }
}

ProgramDesk::Pending ProgramDesk::shrink_or_recover(Instant now, const LocalProgram& program,
                                                    const UpdateNumprocs& request, Outbox& out) {
    out.info(kCategory,
             concat("a user wants ", request.numprocs, " processes of program ", request.program));
    link_->limit(request.program, request.numprocs, request.removal, out);
    Pending pending;
    pending.program = request.program;
    pending.store = store(out);
    if (request.wait == Wait::Yes && request.removal == Removal::Stop) {
        for (const auto& record : program.processes) {
            if (link_->permits().is_surplus(record)) {
                pending.to_end.push_back(record.process);
            }
        }
        pending.until = all_down_by(now, program.processes);
    }
    return pending;
}

std::optional<Fault> ProgramDesk::refusal_to_grow(const LocalProgram& program,
                                                  const UpdateNumprocs& request) const {
    const auto beyond = concat("program=", request.program, " numprocs=", request.numprocs,
                               " is more than the ", program.declared, " that supervisord has");
    if (!has_overlay_) {
        return Fault{FaultCode::NotApplicable,
                     concat(beyond, " - overlay_dir expected in [supvisors]")};
    }
    if (link_->has_infrastructure(program.groups)) {
        return Fault{FaultCode::NotApplicable,
                     concat(beyond, " - its group holds the agent or its listener")};
    }
    const auto running = running_of(link_->records_of(program.groups));
    if (!running.empty() && request.interruption == Interruption::Refused) {
        return Fault{FaultCode::StillRunning,
                     concat("processes=", python_list(running), " would be interrupted: ", beyond,
                            " - force expected")};
    }
    return std::nullopt;
}

void ProgramDesk::grow(RequestId id, const LocalProgram& program, const UpdateNumprocs& request,
                       Outbox& out) {
    const std::vector<std::string> groups(program.groups.begin(), program.groups.end());
    out.warning(kCategory, concat("a user wants ", request.numprocs, " processes of program ",
                                  request.program, ", supervisord has ", program.declared,
                                  ": its groups ", join(groups, ", "), " are replaced"));
    const auto former = memory_.numprocs.find(request.program);
    growth_.emplace(Growth{
        id, 0, former == memory_.numprocs.end() ? std::nullopt : std::optional(former->second),
        Scaling({request.program, request.numprocs, program.groups}, *link_)});
    memory_.numprocs[request.program] = request.numprocs;
    growth_->store = store(out);
}

void ProgramDesk::on_gone(RequestId id) {
    for (auto& pending : pending_) {
        if (pending.id == id) {
            pending.id.reset();
        }
    }
    if (growth_ && growth_->id == id) {
        growth_->id.reset();
    }
}

void ProgramDesk::on_stored(Instant now, const ProgramsStored& stored, Outbox& out) {
    if (stored.problem) {
        out.error(kCategory, concat("not remembered: ", *stored.problem));
    }
    for (auto& pending : pending_) {
        if (pending.store != 0 && pending.store <= stored.id) {
            pending.store = 0;
            if (pending.starts && !link_->permits().is_disabled(pending.program)) {
                link_->start_automatic(pending.program, out);
            }
        }
    }
    if (growth_ && growth_->store != 0 && growth_->store <= stored.id) {
        growth_->store = 0;
        growth_->scaling.begin(now, stored.problem);
    }
}

void ProgramDesk::on_group_step(Instant now, const LocalGroupStep& step) {
    if (growth_) {
        growth_->scaling.on_step(now, step);
    }
}

std::vector<std::string> ProgramDesk::still_running(const Pending& pending) const {
    std::vector<std::string> names;
    const auto program = link_->program(pending.program);
    for (const auto& process : pending.to_end) {
        const auto runs =
            program && std::any_of(program->processes.begin(), program->processes.end(),
                                   [&](const auto& record) {
                                       return record.process == process && is_up(record);
                                   });
        if (runs) {
            names.push_back(namespec_of(process));
        }
    }
    return names;
}

void ProgramDesk::settle(Instant now, Outbox& out) {
    for (auto pending = pending_.begin(); pending != pending_.end();) {
        const auto running =
            pending->store == 0 ? still_running(*pending) : std::vector<std::string>{};
        if (pending->store != 0 || (!running.empty() && now < pending->until)) {
            ++pending;
            continue;
        }
        if (pending->id) {
            out.add(AnswerOperator{
                *pending->id, running.empty()
                                  ? Answer{Done{}}
                                  : Answer{Fault{FaultCode::StillRunning,
                                                 concat("processes=", python_list(running))}}});
        }
        pending = pending_.erase(pending);
    }
    settle_growth(now, out);
}

void ProgramDesk::settle_growth(Instant now, Outbox& out) {
    if (!growth_ || growth_->store != 0) {
        return;
    }
    auto& scaling = growth_->scaling;
    scaling.settle(now, out);
    if (!scaling.is_done()) {
        return;
    }
    if (scaling.fault() && scaling.is_untouched()) {
        if (growth_->former) {
            memory_.numprocs[scaling.goal().program] = *growth_->former;
        } else {
            memory_.numprocs.erase(scaling.goal().program);
        }
        store(out);
    }
    if (growth_->id) {
        out.add(AnswerOperator{*growth_->id,
                               scaling.fault() ? Answer{*scaling.fault()} : Answer{Done{}}});
    }
    growth_.reset();
}

Instant ProgramDesk::next_deadline() const {
    Instant next = growth_ && growth_->store == 0 ? growth_->scaling.next_deadline() : kNever;
    for (const auto& pending : pending_) {
        next = std::min(next, pending.store == 0 ? pending.until : kNever);
    }
    return next;
}

}  // namespace sup::core
