#include "agent/core/sequencing/director.h"
#include "common/base/text.h"

// The part of Director that acts on crashes and on lost instances, by the running failure
// strategies (section 12 of the reference).
namespace sup::core {

std::optional<FsmState> Director::repair_lost(Instant now, Outbox& out) {
    std::optional<FsmState> closing;
    const auto lost = inventory_->lost();
    for (const auto id : lost) {
        const auto& process = inventory_->at(id);
        const auto intent = intents_.of(process.name);
        // What was to be started is, whatever a failure of it would mean.
        const auto strategy = intent == ProcessIntent::Due ? RunningFailureStrategy::RestartProcess
                                                           : process.rules.running_failure;
        bool is_news = true;
        if (stopper_.is_busy_with(id) || starter_.is_busy_with(id)) {
            settle_lost(id, out);  // it was to be stopped, or is about to be started, anyway
            continue;
        }
        if (intent == ProcessIntent::StoppedByUser) {
            out.info("failure", concat(namespec_of(process.name),
                                       " was lost with its instance: a user was stopping it"));
            settle_lost(id, out);
            continue;
        }
        switch (strategy) {
            case RunningFailureStrategy::Continue:
                settle_lost(id, out);
                break;
            case RunningFailureStrategy::RestartProcess:
                is_news = failures_.restart_process(id);
                break;
            case RunningFailureStrategy::StopApplication:
                is_news = failures_.stop_application(process.application);
                break;
            case RunningFailureStrategy::RestartApplication:
                is_news = failures_.restart_application(process.application, now);
                break;
            case RunningFailureStrategy::Shutdown:
                closing = FsmState::ShuttingDown;
                settle_lost(id, out);
                break;
            case RunningFailureStrategy::Restart:
                closing = closing.value_or(FsmState::Restarting);
                settle_lost(id, out);
                break;
        }
        if (is_news) {
            out.warning("failure", concat(namespec_of(process.name),
                                          " was lost with its instance: ", name_of(strategy)));
        }
    }
    act_on_failures(now, out);
    return closing;
}

std::optional<FsmState> Director::on_crash(Instant now, ProcessId id, Outbox& out) {
    const auto& process = inventory_->at(id);
    const auto strategy = process.rules.running_failure;
    if (process.forced || starter_.is_busy_with(id) || stopper_.is_busy_with(id)) {
        return std::nullopt;  // a start failure, or a stop: other rules apply
    }
    std::optional<FsmState> closing;
    switch (strategy) {
        case RunningFailureStrategy::Continue:
        case RunningFailureStrategy::RestartProcess:
            return std::nullopt;  // supervisord's own autorestart is in charge (E-160)
        case RunningFailureStrategy::StopApplication:
            failures_.stop_application(process.application);
            break;
        case RunningFailureStrategy::RestartApplication:
            if (const auto due = failures_.next_attempt(now, process.application)) {
                failures_.restart_application(process.application, *due);
                break;
            }
            out.error("failure", concat(namespec_of(process.name), " crashed again: ",
                                        inventory_->at(process.application).name,
                                        " is not restarted any more"));
            return std::nullopt;
        case RunningFailureStrategy::Shutdown:
            closing = FsmState::ShuttingDown;
            break;
        case RunningFailureStrategy::Restart:
            closing = FsmState::Restarting;
            break;
    }
    out.warning("failure", concat(namespec_of(process.name), " crashed: ", name_of(strategy)));
    return closing;
}

// First what is ready is known, then it is done: an application is not busy with its own failure.
void Director::act_on_failures(Instant now, Outbox& out) {
    using Job = FailureHandler::Job;
    const auto ready = failures_.take_ready(now, *inventory_, [&](ApplicationId id) {
        return stopper_.has_job(id) ? Job::Stop : starter_.has_job(id) ? Job::Start : Job::None;
    });
    for (const auto id : ready.stops) {
        settle_lost(inventory_->at(id).processes, out);
        stop_application(id, out);
    }
    for (const auto id : ready.restarts) {
        settle_lost(inventory_->at(id).processes, out);
        restart_application(id, manner_of(id), out);
    }
    for (const auto id : ready.processes) {
        const auto& process = inventory_->at(id);
        const auto& application = inventory_->at(process.application);
        settle_lost(id, out);
        if (process.is_running() || starter_.is_busy_with(id)) {
            continue;
        }
        const bool is_down = application.state == ApplicationState::Stopped &&
                             !starter_.has_job(process.application);
        if (is_down && process.rules.start_sequence > 0) {
            starter_.plan_application(process.application, manner_of(process.application));
        } else {
            starter_.plan_process(id, manner_of(process.application),
                                  intents_.arguments_of(process.name, process.extra_args));
        }
    }
}

void Director::settle_lost(std::span<const ProcessId> processes, Outbox& out) {
    for (const auto id : processes) {
        settle_lost(id, out);
    }
}

// The others forget that it was lost when they hear of its intent, changed or not.
void Director::settle_lost(ProcessId id, Outbox& out) {
    const auto& process = inventory_->at(id);
    if (process.lost) {
        inventory_->settle_lost(id);
        postman_->publish(IntentChanged{intents_.held(process.name)}, out);
    }
}

}  // namespace sup::core
