#include "agent/core/sequencing/director.h"
#include "common/base/text.h"

// The part of Director that stops applications as a whole, and starts them again.
namespace sup::core {

// A stop that is planned first knows of the starts that were ordered: those are undone (D-36).
bool Director::stop_instead(ApplicationId application) {
    const bool any = stopper_.plan_application(application);
    for (const auto order : starter_.orders(application)) {
        orders_.answered(order);
    }
    starter_.cancel(application);
    return any;
}

void Director::stop_application(ApplicationId application, Outbox& out) {
    effects_.notes.emplace_back(NoteLevel::Warning, concat(inventory_->at(application).name,
                                                           " is stopped: its failure strategy"));
    stop_instead(application);
    give_up_due(application, out);
}

// What was due is wanted, but not by a job any more.
void Director::give_up_due(ApplicationId application, Outbox& out) {
    for (const auto id : inventory_->at(application).processes) {
        want_instead(ProcessIntent::Due, id, out);
    }
}

void Director::want_instead(ProcessIntent former, ProcessId process, Outbox& out) {
    auto intent = intents_.held(inventory_->at(process).name);
    if (intent.intent == former) {
        intent.intent = ProcessIntent::Wanted;
        set_intent(intent, out);
    }
}

void Director::restart_application(ApplicationId application, StartManner manner, Outbox& out) {
    const bool stops = stop_instead(application);
    give_up_due(application, out);
    if (stops) {
        effects_.notes.emplace_back(NoteLevel::Info, concat(inventory_->at(application).name,
                                                            " is stopped, to be started again"));
        stopper_.then_restart(application, {manner, std::nullopt, {}});
    } else {
        const bool any = starter_.plan_application(application, manner);
        effects_.notes.emplace_back(
            any ? NoteLevel::Info : NoteLevel::Warning,
            concat(inventory_->at(application).name,
                   any ? " is started again" : " is not started: nothing of it has a start rank"));
    }
}

void Director::want_again(ApplicationId application, ProcessIntent left_out, Outbox& out) {
    for (const auto id : inventory_->at(application).processes) {
        if (inventory_->at(id).rules.start_sequence > 0) {
            want_instead(left_out, id, out);
        }
    }
}

void Director::want_all_again(ProcessIntent left_out, Outbox& out) {
    for (std::uint32_t i = 0; i < inventory_->applications().size(); ++i) {
        if (inventory_->applications()[i].rules.start_sequence > 0) {
            want_again({i}, left_out, out);
        }
    }
}

void Director::resume() {
    stopper_.drop_sequence();
    for (std::uint32_t i = 0; i < inventory_->applications().size(); ++i) {
        if (stopper_.has_job({i})) {
            left_out_.insert({i});
        }
    }
}

}  // namespace sup::core
