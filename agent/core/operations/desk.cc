#include "agent/core/operations/desk.h"

#include <algorithm>
#include <utility>

#include "common/base/overloaded.h"
#include "common/base/text.h"
#include "common/model/state_gate.h"

namespace sup::core {
namespace {

constexpr std::size_t kServedMemory = 512;

}  // namespace

std::string text_of(const Namespec& namespec) {
    return namespec.is_group() ? namespec.group + ":*"
                               : namespec_of({namespec.group, namespec.name});
}

std::optional<Fault> Desk::gate(const Request& request) const {
    if (std::holds_alternative<StartArgs>(request)) {
        return std::nullopt;  // of our own supervisord, in any state
    }
    using Allowed = std::vector<FsmState>;
    const auto allowed =
        std::visit(Overloaded{
                       [](const StopApplication&) {
                           return Allowed{FsmState::Operation, FsmState::Conciliation};
                       },
                       [](const StopProcess&) {
                           return Allowed{FsmState::Operation, FsmState::Conciliation};
                       },
                       [](const Conciliate&) { return Allowed{FsmState::Conciliation}; },
                       [](const RestartFederation&) {
                           return Allowed(kFromDistribution.begin(), kFromDistribution.end());
                       },
                       [](const ShutdownFederation&) {
                           return Allowed(kFromDistribution.begin(), kFromDistribution.end());
                       },
                       [](const EndSync&) { return Allowed{FsmState::Synchronization}; },
                       [](const auto&) { return Allowed{FsmState::Operation}; },
                   },
                   request);
    return state_fault(governor_->state(), allowed);
}

void Desk::on_request(Instant now, const OperatorRequest& request, Outbox& out) {
    if (const auto fault = gate(request.request)) {
        answer(request.id, *fault, out);
        return;
    }
    const bool is_local = std::holds_alternative<EndSync>(request.request) ||
                          std::holds_alternative<StartArgs>(request.request);
    // In a closing state, what passes the gate asks for an end that is coming anyway.
    const bool here = governor_->is_in_charge() || is_local || is_closing(governor_->state());
    if (!here) {
        forward(now, request, out);
        return;
    }
    auto outcome = execute(request.request, view_->table->local(), out);
    if (auto* done = std::get_if<Answer>(&outcome)) {
        answer(request.id, std::move(*done), out);
    } else {
        auto& pending = std::get<Pending>(outcome);
        pending.origin = request.id;
        pending_.push_back(std::move(pending));
    }
}

std::optional<Fault> Desk::plan(const Request& request, InstanceId local, Outbox& out) {
    if (auto fault = gate(request)) {
        return fault;
    }
    const auto outcome = execute(request, local, out);
    const auto* answer = std::get_if<Answer>(&outcome);
    const auto* fault = answer == nullptr ? nullptr : std::get_if<Fault>(answer);
    return fault == nullptr ? std::nullopt : std::optional(*fault);
}

void Desk::on_forwarded(InstanceId sender, const ForwardedRequest& request, Outbox& out) {
    const Remote origin{sender, request.id};
    const auto key = std::pair(sender, request.id);
    if (const auto known = served_.find(key); known != served_.end()) {
        if (known->second) {
            send_answer(origin, *known->second, out);
        }
        return;
    }
    if (served_.size() >= kServedMemory) {
        served_.erase(served_.begin());
    }
    served_[key] = std::nullopt;
    if (!governor_->is_in_charge()) {
        answer(origin, Fault{FaultCode::BadSupvisorsState, "the instance is not the Master"}, out);
        return;
    }
    if (const auto fault = gate(request.request)) {
        answer(origin, *fault, out);
        return;
    }
    auto outcome = execute(request.request, sender, out);
    if (auto* done = std::get_if<Answer>(&outcome)) {
        answer(origin, std::move(*done), out);
    } else {
        auto& pending = std::get<Pending>(outcome);
        pending.origin = origin;
        pending_.push_back(std::move(pending));
    }
}

void Desk::on_gone(RequestId id) {
    std::erase_if(pending_, [&](const Pending& pending) {
        const auto* origin = std::get_if<RequestId>(&pending.origin);
        return origin != nullptr && *origin == id;
    });
    std::erase_if(forwarded_, [&](const auto& entry) { return entry.second.request == id; });
}

void Desk::answer(const Origin& origin, Answer answer, Outbox& out) {
    if (const auto* id = std::get_if<RequestId>(&origin)) {
        out.add(AnswerOperator{*id, std::move(answer)});
        return;
    }
    const auto& remote = std::get<Remote>(origin);
    served_[{remote.sender, remote.id}] = answer;
    send_answer(remote, std::move(answer), out);
}

void Desk::settle(Outbox& out) {
    for (std::size_t i = 0; i < pending_.size();) {
        auto done = evaluate(pending_[i]);
        pending_[i].just_begun = false;
        if (!done) {
            ++i;
            continue;
        }
        const auto origin = pending_[i].origin;
        pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
        answer(origin, std::move(*done), out);
    }
    pass_on(out);
}

void Desk::abort_all(const std::string& why, Outbox& out) {
    for (const auto& pending : std::exchange(pending_, {})) {
        answer(pending.origin, Fault{FaultCode::AbnormalTermination, why}, out);
    }
}

bool Desk::is_busy(const Pending& pending) const {
    const auto& starter = director_->starter();
    const auto& stopper = director_->stopper();
    switch (pending.goal) {
        case Goal::ApplicationStarted:
        case Goal::ApplicationStopped:
            return starter.has_job(pending.application) || stopper.has_job(pending.application);
        case Goal::ProcessesStarted:
        case Goal::ProcessesStopped:
            return std::any_of(
                pending.processes.begin(), pending.processes.end(), [&](ProcessId process) {
                    const auto application = view_->inventory->at(process).application;
                    return starter.is_busy_with(process) || stopper.is_busy_with(process) ||
                           (pending.verb == "restart" && stopper.has_job(application));
                });
        case Goal::LocalStarted:
            return false;
        case Goal::Idle:
            return director_->is_starting() || director_->is_stopping();
    }
    return false;
}

// Nothing while the request is under way.
std::optional<Answer> Desk::evaluate(const Pending& pending) const {
    const Answer done = pending.chosen ? Answer{*pending.chosen} : Answer{Done{}};
    if (is_busy(pending)) {
        return pending.wait == Wait::No ? std::optional(done) : std::nullopt;
    }
    std::vector<std::string> still;
    switch (pending.goal) {
        case Goal::ApplicationStarted:
            return evaluate_start(pending);
        case Goal::ProcessesStarted: {
            const auto fault = evaluate_start(pending);
            return fault && std::holds_alternative<Done>(*fault) ? done : fault;
        }
        case Goal::LocalStarted:
            return evaluate_local_start(pending);
        case Goal::ApplicationStopped:
            if (view_->inventory->at(pending.application).state != ApplicationState::Stopped) {
                return Fault{FaultCode::StillRunning, pending.name};
            }
            return Done{};
        case Goal::ProcessesStopped:
            for (const auto id : pending.processes) {
                if (!view_->inventory->at(id).is_stopped()) {
                    still.push_back(namespec_of(view_->inventory->at(id).name));
                }
            }
            if (!still.empty()) {
                return Fault{FaultCode::StillRunning, concat("processes=", python_list(still))};
            }
            return Done{};
        case Goal::Idle:
            return Done{};
    }
    return Done{};
}

// What a lost instance left behind is on its way down.
bool Desk::runs_for_good(const Process& process) const {
    return std::any_of(
        process.running_on.begin(), process.running_on.end(),
        [&](InstanceId instance) { return is_active(view_->table->at(instance).state); });
}

std::optional<Answer> Desk::evaluate_start(const Pending& pending) const {
    const auto application = pending.processes.empty()
                                 ? pending.application
                                 : view_->inventory->at(pending.processes.front()).application;
    if (pending.verb == "restart" && director_->is_unstopped(application)) {
        return Fault{FaultCode::StillRunning, pending.name};
    }
    if (pending.goal == Goal::ApplicationStarted) {
        const auto& started = view_->inventory->at(pending.application);
        const bool runs = started.state == ApplicationState::Running ||
                          started.state == ApplicationState::Starting;
        if (runs ||
            (director_->starter().failures(pending.application) == 0 && !pending.just_begun)) {
            return Done{};
        }
        return pending.just_begun ? Fault{FaultCode::AbnormalTermination,
                                          concat("failed to ", pending.verb, " ", pending.name)}
                                  : Fault{FaultCode::NotRunning, pending.name};
    }
    std::vector<std::string> stopped;
    for (const auto id : pending.processes) {
        const auto& process = view_->inventory->at(id);
        if (const auto fault = director_->starter().arguments_fault(id)) {
            return *fault;
        }
        if (is_stopped_like(process.displayed_state()) || !runs_for_good(process)) {
            stopped.push_back(namespec_of(process.name));
        }
    }
    if (stopped.empty()) {
        return Done{};
    }
    if (pending.just_begun && stopped.size() == pending.processes.size()) {
        return Fault{FaultCode::AbnormalTermination,
                     concat("failed to ", pending.verb, " ", pending.name)};
    }
    return Fault{FaultCode::NotRunning, concat("processes=", python_list(stopped))};
}

std::vector<Order> Desk::take_orders() {
    return std::exchange(orders_, {});
}

}  // namespace sup::core
