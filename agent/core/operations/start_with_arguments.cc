#include <algorithm>
#include <utility>

#include "agent/core/operations/desk.h"
#include "common/base/shell_words.h"
#include "common/base/text.h"
#include "rules/pattern.h"

// The part of Desk about extra arguments, and the two ways of starting that came with them: any
// process that matches, and one of our own supervisord.
namespace sup::core {
namespace {

// Each instance that knows the process and what it needs there; nothing when one takes arguments.
std::optional<Fault> needs_of(const View& view, const Process& process) {
    std::vector<std::string> needs;
    for (const auto& copy : process.copies) {
        if (copy.record.arguments_fix.empty()) {
            return std::nullopt;
        }
        needs.push_back(
            concat(copy.record.arguments_fix, " (", view.table->identifier(copy.instance), ")"));
    }
    return Fault{
        FaultCode::NotApplicable,
        concat(namespec_of(process.name), " takes no extra arguments: ", join(needs, "; "))};
}

}  // namespace

// Whether all of them can be given these arguments: well written ones, and somewhere at all.
std::optional<Fault> Desk::check_arguments(std::span<const ProcessId> processes,
                                           const std::string& extra_args) const {
    if (extra_args.empty()) {
        return std::nullopt;
    }
    if (const auto words = split_words(extra_args); !words) {
        return Fault{FaultCode::BadArguments, concat("extra_args: ", words.error().message)};
    }
    for (const auto id : processes) {
        if (auto fault = needs_of(*view_, view_->inventory->at(id))) {
            return fault;
        }
    }
    return std::nullopt;
}

Desk::Outcome Desk::execute(const StartAnyProcess& request, InstanceId local, Outbox&) {
    const auto pattern = rules::Pattern::compile(request.regex);
    if (!pattern) {
        return Answer{
            Fault{FaultCode::IncorrectParameters, concat("regex: ", pattern.error().message)}};
    }
    if (auto fault = check_arguments({}, request.extra_args)) {
        return Answer{std::move(*fault)};
    }
    auto& starter = director_->starter();
    const StartManner manner{request.strategy, local};
    std::optional<Fault> fault;  // of the first that matches, but takes no arguments
    for (std::uint32_t i = 0; i < view_->inventory->processes().size(); ++i) {
        const ProcessId id{i};
        const auto& process = view_->inventory->at(id);
        const auto namespec = namespec_of(process.name);
        if (process.removed || !process.is_stopped() || starter.is_busy_with(id) ||
            (*pattern)->search(namespec).verdict != rules::Pattern::Verdict::Match) {
            continue;
        }
        if (auto needs = check_arguments({&id, 1}, request.extra_args)) {
            fault = fault ? fault : needs;
        } else if (starter.has_place(id, manner, request.extra_args)) {
            starter.plan_process(id, manner, request.extra_args);
            Pending pending;
            pending.goal = Goal::ProcessesStarted;
            pending.wait = request.wait;
            pending.name = namespec;
            pending.processes = {id};
            pending.verb = "start";
            pending.chosen = Started{namespec};
            return pending;
        }
    }
    return Answer{fault ? *fault
                        : Fault{FaultCode::Failed,
                                concat("no candidate process matching \"", request.regex, "\"")}};
}

// Carried out by our own supervisord, whose verdict is the answer: the Master hears of it as of any
// start that it did not order.
Desk::Outcome Desk::execute(const StartArgs& request, InstanceId, Outbox&) {
    const auto found = processes(request.process);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return Answer{*fault};
    }
    const auto& ids = std::get<std::vector<ProcessId>>(found);
    const auto text = text_of(request.process);
    const auto* copy = request.process.is_group() || ids.empty()
                           ? nullptr
                           : view_->inventory->at(ids.front()).copy_on(view_->table->local());
    if (copy == nullptr) {
        return Answer{
            Fault{FaultCode::BadName, concat("namespec=", text, " unknown to Supervisor")}};
    }
    if (copy->record.disabled) {
        return Answer{Fault{FaultCode::Disabled, text}};
    }
    if (is_running_like(copy->record.state) || copy->record.start_ordered) {
        return Answer{Fault{FaultCode::AlreadyStarted, text}};
    }
    if (auto fault = check_arguments({}, request.extra_args)) {
        return Answer{std::move(*fault)};
    }
    Pending pending;
    pending.goal = Goal::LocalStarted;
    pending.wait = request.wait;
    pending.name = text;
    pending.processes = {ids.front()};
    pending.order = ++last_order_;
    orders_.push_back({pending.order, OrderKind::Start, copy->record.process, request.extra_args});
    return pending;
}

void Desk::on_order_done(const LocalOrderDone& done, Outbox& out) {
    const auto pending = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& one) {
        return one.order == done.order.id;
    });
    // Its user may be gone: what a missing executable shows to all is due all the same.
    const auto process = view_->inventory->find(done.order.process);
    const bool is_missing = done.fault && (done.fault->code == FaultCode::NoFile ||
                                           done.fault->code == FaultCode::NotExecutable);
    if (is_missing && process) {
        director_->force({*process, ProcessState::Fatal, done.fault->text(), view_->table->local()},
                         out);
    }
    if (pending == pending_.end()) {
        return;
    }
    pending->order = 0;
    if (done.fault) {
        const auto origin = pending->origin;
        pending_.erase(pending);
        answer(origin, *done.fault, out);
    }
}

// As supervisord itself waits: until it runs, or is seen not to come up.
std::optional<Answer> Desk::evaluate_local_start(const Pending& pending) const {
    if (pending.order != 0) {
        return std::nullopt;
    }
    if (pending.wait == Wait::No) {
        return Done{};
    }
    const auto* copy =
        view_->inventory->at(pending.processes.front()).copy_on(view_->table->local());
    if (copy != nullptr && copy->record.state == ProcessState::Running) {
        return Done{};
    }
    const bool is_coming = copy != nullptr && (copy->record.state == ProcessState::Starting ||
                                               copy->record.start_ordered);
    return is_coming ? std::nullopt
                     : std::optional<Answer>(Fault{FaultCode::AbnormalTermination, pending.name});
}

}  // namespace sup::core
