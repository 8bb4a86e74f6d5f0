#include <algorithm>
#include <utility>

#include "agent/core/operations/desk.h"
#include "common/base/text.h"

// The part of Desk that turns a checked request into jobs, on the Master only (end_sync excepted).
namespace sup::core {
namespace {

Fault unknown_application(const std::string& name) {
    return {FaultCode::BadName, concat("application=", name, " unknown to Supvisors")};
}

}  // namespace

std::variant<ApplicationId, Fault> Desk::managed_application(const std::string& name) const {
    const auto id = view_->inventory->find_application(name);
    if (!id) {
        return unknown_application(name);
    }
    if (!view_->inventory->at(*id).rules.managed) {
        return Fault{FaultCode::NotManaged, name};
    }
    return *id;
}

std::variant<std::vector<ProcessId>, Fault> Desk::processes(const Namespec& namespec) const {
    const auto application = view_->inventory->find_application(namespec.group);
    if (!application) {
        return unknown_application(namespec.group);
    }
    if (namespec.is_group()) {
        return view_->inventory->at(*application).processes;
    }
    const auto process = view_->inventory->find({namespec.group, namespec.name});
    if (!process) {
        return Fault{FaultCode::BadName,
                     concat("process=", namespec.name, " unknown in application=", namespec.group)};
    }
    return std::vector{*process};
}

// What runs, and what was to run.
void Desk::stop_by_user(std::span<const ProcessId> processes, Outbox& out) {
    for (const auto id : processes) {
        const auto& process = view_->inventory->at(id);
        const auto intent = director_->intents().of(process.name);
        if (!process.is_stopped() || intent == ProcessIntent::Wanted ||
            intent == ProcessIntent::Due) {
            director_->set_intent(
                {process.name, ProcessIntent::StoppedByUser, process.extra_args, {}}, out);
        }
    }
}

Desk::Outcome Desk::execute(const Request& request, InstanceId local, Outbox& out) {
    return std::visit([&](const auto& content) { return execute(content, local, out); }, request);
}

Desk::Outcome Desk::execute(const StartApplication& request, InstanceId local, Outbox&) {
    const auto found = managed_application(request.application);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return Answer{*fault};
    }
    const auto id = std::get<ApplicationId>(found);
    director_->forget_failures(id);
    if (view_->inventory->at(id).state != ApplicationState::Stopped) {
        return Answer{Fault{FaultCode::AlreadyStarted, request.application}};
    }
    if (!director_->starter().plan_application(id, {request.strategy, local})) {
        return Answer{
            Fault{FaultCode::AbnormalTermination, concat("failed to start ", request.application)}};
    }
    Pending pending;
    pending.goal = Goal::ApplicationStarted;
    pending.wait = request.wait;
    pending.name = request.application;
    pending.application = id;
    pending.verb = "start";
    return pending;
}

Desk::Outcome Desk::execute(const StopApplication& request, InstanceId, Outbox& out) {
    const auto found = managed_application(request.application);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return Answer{*fault};
    }
    const auto id = std::get<ApplicationId>(found);
    const bool restarts = director_->stopper().drop_restarts(id);
    const bool starts = director_->starter().has_job(id) || restarts;
    stop_by_user(view_->inventory->at(id).processes, out);
    const bool stops = director_->stop_instead(id);
    if (restarts) {
        director_->starter().give_up(id);
    }
    director_->forget_failures(id);
    if (!stops && !starts) {
        return Answer{Fault{FaultCode::NotRunning, concat("failed to stop ", request.application)}};
    }
    Pending pending;
    pending.goal = Goal::ApplicationStopped;
    pending.wait = request.wait;
    pending.name = request.application;
    pending.application = id;
    return pending;
}

Desk::Outcome Desk::execute(const RestartApplication& request, InstanceId local, Outbox& out) {
    const auto found = managed_application(request.application);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return Answer{*fault};
    }
    const auto id = std::get<ApplicationId>(found);
    director_->forget_failures(id);
    director_->want_again(id, ProcessIntent::StoppedByUser, out);
    // From now on a stop of one of its processes counts, as it comes later.
    director_->restart_application(id, {request.strategy, local, StartCause::Sequence}, out);
    if (!director_->starter().has_job(id) && !director_->stopper().has_job(id)) {
        return Answer{Fault{FaultCode::AbnormalTermination,
                            concat("failed to restart ", request.application)}};
    }
    Pending pending;
    pending.goal = Goal::ApplicationStarted;
    pending.wait = request.wait;
    pending.name = request.application;
    pending.application = id;
    pending.verb = "restart";
    return pending;
}

Desk::Outcome Desk::execute(const StartProcess& request, InstanceId local, Outbox&) {
    const auto found = processes(request.process);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return Answer{*fault};
    }
    const auto& ids = std::get<std::vector<ProcessId>>(found);
    for (const auto id : ids) {
        const auto& process = view_->inventory->at(id);
        if (process.is_running()) {
            return Answer{Fault{FaultCode::AlreadyStarted, namespec_of(process.name)}};
        }
    }
    if (const auto fault = check_arguments(ids, request.extra_args)) {
        return Answer{*fault};
    }
    for (const auto id : ids) {
        director_->starter().plan_process(id, {request.strategy, local}, request.extra_args);
    }
    Pending pending;
    pending.goal = Goal::ProcessesStarted;
    pending.wait = request.wait;
    pending.name = text_of(request.process);
    pending.processes = ids;
    pending.verb = "start";
    return pending;
}

Desk::Outcome Desk::execute(const StopProcess& request, InstanceId, Outbox& out) {
    const auto found = processes(request.process);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return Answer{*fault};
    }
    const auto& ids = std::get<std::vector<ProcessId>>(found);
    stop_by_user(ids, out);
    bool any = false;
    for (const auto id : ids) {
        director_->stopper().drop_restart(id);
        const bool was_planned = director_->starter().drop_planned(id);
        any = director_->stopper().plan_process(id) || was_planned || any;
    }
    if (!any) {
        return Answer{
            Fault{FaultCode::NotRunning, concat(text_of(request.process), " already stopped")}};
    }
    Pending pending;
    pending.goal = Goal::ProcessesStopped;
    pending.wait = request.wait;
    pending.name = text_of(request.process);
    pending.processes = ids;
    return pending;
}

Desk::Outcome Desk::execute(const RestartProcess& request, InstanceId local, Outbox& out) {
    const auto found = processes(request.process);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return Answer{*fault};
    }
    const auto& ids = std::get<std::vector<ProcessId>>(found);
    if (const auto fault = check_arguments(ids, request.extra_args)) {
        return Answer{*fault};
    }
    const StartManner manner{request.strategy, local};
    for (const auto id : ids) {
        director_->forget_failures(view_->inventory->at(id).application);
        if (director_->stopper().plan_process(id)) {
            const auto& process = view_->inventory->at(id);
            director_->stopper().then_restart(process.application,
                                              {manner, id, request.extra_args});
            // A Master that comes after us starts what we have stopped.
            director_->set_intent(
                {process.name, ProcessIntent::Due, request.extra_args, request.strategy}, out);
        } else {
            director_->starter().plan_process(id, manner, request.extra_args);
        }
    }
    Pending pending;
    pending.goal = Goal::ProcessesStarted;
    pending.wait = request.wait;
    pending.name = text_of(request.process);
    pending.processes = ids;
    pending.verb = "restart";
    return pending;
}

Desk::Outcome Desk::execute(const RestartSequence& request, InstanceId, Outbox&) {
    if (director_->is_starting() || director_->is_stopping()) {
        return Answer{Fault{FaultCode::BadSupvisorsState, "jobs in progress"}};
    }
    director_->distribute();
    if (!director_->is_starting()) {
        return Answer{Fault{FaultCode::AbnormalTermination, "failed to trigger start sequence"}};
    }
    Pending pending;
    pending.goal = Goal::Idle;
    pending.wait = request.wait;
    return pending;
}

Desk::Outcome Desk::execute(const Conciliate& request, InstanceId, Outbox&) {
    director_->ask_conciliation(request.strategy);
    return Answer{Done{}};
}

// Who ends everything begins anew: what users had stopped takes part in the next start sequence.
Desk::Outcome Desk::close(FsmState goal, Outbox& out) {
    if (!is_closing(governor_->state())) {
        governor_->close(goal, "asked by a user");
        director_->want_all_again(ProcessIntent::StoppedByUser, out);
    }
    return Answer{Done{}};
}

Desk::Outcome Desk::execute(const RestartFederation&, InstanceId, Outbox& out) {
    return close(FsmState::Restarting, out);
}

Desk::Outcome Desk::execute(const ShutdownFederation&, InstanceId, Outbox& out) {
    return close(FsmState::ShuttingDown, out);
}

Desk::Outcome Desk::execute(const EndSync& request, InstanceId, Outbox&) {
    if (!governor_->master().empty()) {
        return Answer{Fault{FaultCode::BadSupvisorsState, "Supvisors synchronization ending"}};
    }
    const auto& options = view_->settings->synchro_options;
    if (std::find(options.begin(), options.end(), SynchronizationOption::User) == options.end()) {
        return Answer{Fault{FaultCode::NotApplicable, "USER expected in synchro_options"}};
    }
    if (request.master.empty()) {
        governor_->end_synchronisation({});
        return Answer{Done{}};
    }
    const auto found = view_->table->resolve(request.master);
    if (found.empty()) {
        return Answer{
            Fault{FaultCode::BadName, concat("unknown Supvisors identifier=", request.master)}};
    }
    std::vector<std::string> identifiers;
    for (const auto id : found) {
        identifiers.push_back(view_->table->identifier(id));
    }
    if (found.size() > 1) {
        return Answer{Fault{FaultCode::IncorrectParameters,
                            concat("multiple identifiers=", python_list(identifiers),
                                   " found for Supvisors master=", request.master)}};
    }
    if (!view_->table->is_running(found.front())) {
        return Answer{Fault{FaultCode::NotRunning,
                            concat("Supvisors instance=", identifiers.front(), " is not RUNNING (",
                                   name_of(view_->table->at(found.front()).state), ")")}};
    }
    governor_->end_synchronisation(identifiers.front());
    return Answer{Done{}};
}

}  // namespace sup::core
