#include <algorithm>

#include "agent/core/operations/rehearsal.h"
#include "agent/core/queries.h"
#include "agent/core/view.h"

// Reads of what would happen: a rehearsal, told.
namespace sup::core {
namespace {

std::vector<PredictionInfo> predictions(const Inventory& inventory, const View& view,
                                        std::span<const ProcessId> processes) {
    std::vector<PredictionInfo> infos;
    for (const auto id : processes) {
        const auto& process = inventory.at(id);
        PredictionInfo info;
        info.application_name = process.name.group;
        info.process_name = process.name.name;
        info.state = process.displayed_state();
        info.forced_reason = process.forced ? process.forced->reason : "";
        for (const auto instance : process.running_on) {
            info.running_identifiers.push_back(view.table->identifier(instance));
        }
        infos.push_back(std::move(info));
    }
    return infos;
}

PlanInfo told(const Rehearsal::Plan& plan) {
    PlanInfo info;
    for (const auto& step : plan.steps) {
        const auto namespec = namespec_of(step.process);
        switch (step.deed) {
            case Rehearsal::Deed::Start:
                info.steps.push_back("start " + namespec + " on " + step.identifier);
                break;
            case Rehearsal::Deed::Stop:
                info.steps.push_back("stop " + namespec + " on " + step.identifier);
                break;
            case Rehearsal::Deed::Refuse:
                info.steps.push_back("no instance for " + namespec);
                break;
        }
    }
    info.reasons = plan.reasons;
    info.closing = plan.closing ? std::string(name_of(*plan.closing)) : "";
    return info;
}

}  // namespace

Reading<std::vector<PredictionInfo>> Queries::test_start_application(
    const StartApplication& request) const {
    Rehearsal rehearsal(*view_);
    if (const auto fault = rehearsal.play(now_, request)) {
        // Nothing to start is no fault of a prediction: nothing would happen.
        if (fault->code == FaultCode::AbnormalTermination) {
            return std::vector<PredictionInfo>{};
        }
        return *fault;
    }
    const auto id = view_->inventory->find_application(request.application);
    auto processes = view_->inventory->at(*id).processes;
    std::erase_if(processes, [&](ProcessId process) {
        return view_->inventory->at(process).rules.start_sequence <= 0;
    });
    std::sort(processes.begin(), processes.end(), [&](ProcessId a, ProcessId b) {
        return view_->inventory->at(a).name < view_->inventory->at(b).name;
    });
    return predictions(rehearsal.inventory(), *view_, processes);
}

Reading<std::vector<PredictionInfo>> Queries::test_start_process(
    const StartProcess& request) const {
    Rehearsal rehearsal(*view_);
    if (const auto fault = rehearsal.play(now_, request)) {
        return *fault;
    }
    const auto& inventory = *view_->inventory;
    std::vector<ProcessId> processes;
    if (request.process.is_group()) {
        processes = inventory.at(*inventory.find_application(request.process.group)).processes;
    } else {
        processes.push_back(*inventory.find({request.process.group, request.process.name}));
    }
    return predictions(rehearsal.inventory(), *view_, processes);
}

Reading<PlanInfo> Queries::plan(const Request& request) const {
    Rehearsal rehearsal(*view_);
    if (const auto fault = rehearsal.play(now_, request)) {
        return *fault;
    }
    return told(rehearsal.plan());
}

Reading<PlanInfo> Queries::plan_loss(std::string_view identifier) const {
    const auto instances = view_->table->resolve(identifier);
    if (instances.empty()) {
        return Fault{FaultCode::BadName,
                     "identifier=" + std::string(identifier) + " is unknown to Supvisors"};
    }
    Rehearsal rehearsal(*view_);
    for (const auto instance : instances) {
        if (instance == view_->table->local() || !view_->table->is_running(instance)) {
            return Fault{FaultCode::NotRunning,
                         "only another instance that is RUNNING can be lost"};
        }
        rehearsal.lose(now_, instance);
    }
    return told(rehearsal.plan());
}

}  // namespace sup::core
