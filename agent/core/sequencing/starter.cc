#include "agent/core/sequencing/starter.h"

#include <algorithm>
#include <utility>

#include "agent/core/placement/assignment.h"
#include "agent/core/sequencing/selection.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kNoResource = "No resource available";

}  // namespace

void Starter::plan_sequence(std::map<int, std::vector<ApplicationId>> ranks, InstanceId local) {
    for (auto& [rank, applications] : ranks) {
        auto& planned = sequence_[rank];
        for (const auto application : applications) {
            const bool known = has_job(application) || std::find(planned.begin(), planned.end(),
                                                                 application) != planned.end();
            if (!known) {
                planned.push_back(application);
            }
        }
    }
    sequence_local_ = local;
}

bool Starter::plan_application(ApplicationId application, StartManner manner) {
    return plan_job(application, manner, Scope::All);
}

bool Starter::plan_job(ApplicationId id, StartManner manner, Scope scope) {
    std::vector<std::string> remarks;
    assign_processes(*inventory_, *table_, id, remarks);
    std::vector<Command> commands;
    for (const auto process_id : inventory_->at(id).processes) {
        const auto& process = inventory_->at(process_id);
        if (need_of(process, scope, manner.cause) == Need::Nothing || is_busy_with(process_id)) {
            continue;
        }
        const auto held = intents_->held(process.name);
        Command command;
        command.process = process_id;
        command.manner = manner;
        if (scope == Scope::Needed && held.intent == ProcessIntent::Due) {
            command.manner.strategy = held.strategy;
        }
        command.extra_args =
            held.intent == ProcessIntent::None ? process.extra_args : held.extra_args;
        command.waits_for_exit = process.rules.wait_exit;
        commands.push_back(std::move(command));
    }
    if (commands.empty()) {
        return false;
    }
    failures_[id] = 0;
    for (auto& command : commands) {
        plan(std::move(command));
    }
    return true;
}

Need Starter::need_of(const Process& process, Scope scope, StartCause cause) const {
    const auto intent = intents_->of(process.name);
    if (scope == Scope::Needed) {
        return core::need_of(process, inventory_->at(process.application), intent);
    }
    const bool is_excluded = cause == StartCause::Failure && intent == ProcessIntent::StoppedByUser;
    return process.rules.start_sequence > 0 && process.is_stopped() && !is_excluded ? Need::Start
                                                                                    : Need::Nothing;
}

void Starter::plan(Command command) {
    const auto& process = inventory_->at(command.process);
    wishes_.push_back(
        {command.process, ProcessIntent::Due, command.extra_args, command.manner.strategy});
    jobs_[process.application].planned[process.rules.start_sequence].push_back(std::move(command));
}

void Starter::plan_process(ProcessId id, StartManner manner, std::string extra_args) {
    if (is_busy_with(id)) {
        return;
    }
    const auto& process = inventory_->at(id);
    std::vector<std::string> remarks;
    assign_processes(*inventory_, *table_, process.application, remarks);
    if (!has_job(process.application)) {
        failures_[process.application] = 0;
    }
    Command command;
    command.process = id;
    command.manner = manner;
    command.extra_args = std::move(extra_args);
    plan(std::move(command));
}

void Starter::release_sequence() {
    while (!sequence_.empty()) {
        std::erase_if(sequence_current_, [&](ApplicationId id) { return !has_job(id); });
        if (!sequence_current_.empty()) {
            return;
        }
        const auto applications = std::move(sequence_.begin()->second);
        sequence_.erase(sequence_.begin());
        for (const auto id : applications) {
            const auto& rules = inventory_->at(id).rules;
            const auto strategy = rules.starting_strategy.value_or(settings_->starting_strategy);
            if (plan_job(id, {strategy, sequence_local_, StartCause::Failure}, Scope::Needed)) {
                sequence_current_.push_back(id);
            }
        }
    }
}

void Starter::advance(Instant now, JobEffects& effects) {
    // A job may end at once, which releases the next rank: until nothing moves.
    while (true) {
        release_sequence();
        std::move(wishes_.begin(), wishes_.end(), std::back_inserter(effects.intents));
        wishes_.clear();
        std::vector<ApplicationId> applications;
        for (const auto& [id, job] : jobs_) {
            applications.push_back(id);
        }
        const auto before = jobs_.size();
        for (const auto id : applications) {
            advance(now, id, effects);
        }
        if (jobs_.size() == before || sequence_.empty()) {
            return;
        }
    }
}

void Starter::advance(Instant now, ApplicationId id, JobEffects& effects) {
    auto& job = jobs_.at(id);
    // A rank waits for the ranks before it; what joined a rank that is under way does not wait
    // (B-129, E-125).
    while (!job.planned.empty() &&
           (job.current.empty() || job.planned.begin()->first <= job.rank)) {
        job.rank = job.planned.begin()->first;
        job.issuing = std::move(job.planned.begin()->second);
        job.planned.erase(job.planned.begin());
        while (!job.issuing.empty()) {
            const auto command = std::move(job.issuing.front());
            job.issuing.erase(job.issuing.begin());
            if (!issue(now, job, command, effects)) {
                effects.forced.push_back(
                    {command.process, ProcessState::Fatal, std::string(kNoResource), std::nullopt});
                fail(id, command, effects);
            }
        }
    }
    if (!job.current.empty()) {
        return;
    }
    if (job.stop_at_end) {
        effects.stops.push_back(id);
    }
    jobs_.erase(id);
}

// A process that is on its way needs no order: it is followed from where it is.
bool Starter::follow(Instant now, Job& job, Command& command) const {
    const auto& process = inventory_->at(command.process);
    const auto ordered = process.ordered_on();
    if (ordered && table_->is_running(*ordered)) {
        command.stage = Stage::Ordered;
        command.target = *ordered;
        command.deadline = now + kRequestMargin;
    } else if (process.is_running()) {
        const bool is_up = process.state == ProcessState::Running;
        const bool is_due = intents_->of(process.name) == ProcessIntent::Due;
        if (is_up && !(command.waits_for_exit && is_due)) {
            return false;
        }
        command.stage = is_up ? Stage::Running : Stage::Starting;
        command.target = process.running_on.front();
        const auto startsecs = process.copy_on(command.target)->record.startsecs;
        command.deadline = is_up ? kNever : now + startsecs + kRequestMargin;
    } else {
        return false;
    }
    job.current.push_back(command);
    return true;
}

// False when no instance can take the process. A process that is not stopped any more needs
// nothing.
bool Starter::issue(Instant now, Job& job, Command command, JobEffects& effects) {
    const auto& process = inventory_->at(command.process);
    if (process.removed || follow(now, job, command)) {
        return true;
    }
    if (!process.is_stopped()) {
        wish(command, ProcessIntent::Wanted, effects);
        return true;
    }
    const auto placement = choose(job, command);
    const auto namespec = namespec_of(process.name);
    if (const auto* none = std::get_if<NoCandidate>(&placement)) {
        effects.notes.emplace_back(NoteLevel::Warning, concat("no instance for ", namespec, ": ",
                                                              explain(none->refusals)));
        return false;
    }
    const auto& chosen = std::get<Chosen>(placement);
    effects.notes.emplace_back(
        NoteLevel::Info,
        concat(namespec, " goes to ", table_->identifier(chosen.instance), " (", chosen.why, ")"));
    command.stage = Stage::Ordered;
    command.target = chosen.instance;
    command.order = ++last_order_ * 2;  // even: starts; odd: stops
    command.deadline = now + kRequestMargin;
    effects.orders.push_back(
        {command.target, Order{command.order, OrderKind::Start, process.name, command.extra_args}});
    job.current.push_back(std::move(command));
    return true;
}

void Starter::wish(const Command& command, ProcessIntent intent, JobEffects& effects) {
    effects.intents.push_back(
        {command.process, intent, command.extra_args, command.manner.strategy});
}

// Of all that has no target yet.
int Starter::planned_load(const Job& job) const {
    int load = 0;
    const auto add = [&](const Command& command) {
        load += inventory_->at(command.process).rules.expected_loading;
    };
    std::for_each(job.issuing.begin(), job.issuing.end(), add);
    for (const auto& [rank, commands] : job.planned) {
        std::for_each(commands.begin(), commands.end(), add);
    }
    return load;
}

Placement Starter::choose(Job& job, const Command& command) const {
    const auto& process = inventory_->at(command.process);
    switch (inventory_->at(process.application).rules.distribution) {
        case DistributionRule::SingleInstance:
            return choose_single(job, command);
        case DistributionRule::SingleNode:
            return choose_on_node(job, command);
        case DistributionRule::AllInstances:
            break;
    }
    const CandidateFinder finder(*table_, *inventory_, reservations());
    const PlacementNeed need{process.rules.expected_loading, command.manner.strategy,
                             command.manner.local};
    return place(need, finder.for_process(command.process));
}

Placement Starter::choose_single(Job& job, const Command& command) const {
    const auto& process = inventory_->at(command.process);
    if (job.instance && table_->is_running(*job.instance)) {
        return Chosen{*job.instance, "where its application is", {}};
    }
    job.instance.reset();
    const CandidateFinder finder(*table_, *inventory_, reservations());
    auto candidates = finder.for_application(process.application);
    // Where a part of the application runs already, the rest goes (D-22).
    for (const auto sibling : inventory_->at(process.application).processes) {
        const auto& running_on = inventory_->at(sibling).running_on;
        if (!running_on.empty() && table_->is_running(running_on.front())) {
            std::erase_if(candidates, [&](const Candidate& candidate) {
                return candidate.instance != running_on.front();
            });
            break;
        }
    }
    const int load = planned_load(job) + process.rules.expected_loading;
    auto placement = place({load, command.manner.strategy, command.manner.local}, candidates);
    if (const auto* chosen = std::get_if<Chosen>(&placement)) {
        job.instance = chosen->instance;
    }
    return placement;
}

Placement Starter::choose_on_node(Job& job, const Command& command) const {
    const auto& process = inventory_->at(command.process);
    const CandidateFinder finder(*table_, *inventory_, reservations());
    if (!job.node) {
        const int load = planned_load(job) + process.rules.expected_loading;
        const auto placement = place({load, command.manner.strategy, command.manner.local},
                                     finder.for_node(process.application));
        const auto* chosen = std::get_if<Chosen>(&placement);
        if (chosen == nullptr) {
            return placement;
        }
        job.node = table_->at(chosen->instance).identity.node;
    }
    return place({process.rules.expected_loading, command.manner.strategy, command.manner.local},
                 finder.on_node(command.process, *job.node));
}

void Starter::fail(ApplicationId id, const Command& command, JobEffects& effects) {
    ++failures_[id];
    wish(command, ProcessIntent::Wanted, effects);
    const auto& process = inventory_->at(command.process);
    if (!process.rules.required) {
        return;
    }
    auto& job = jobs_.at(id);
    switch (process.rules.starting_failure) {
        case StartingFailureStrategy::Continue:
            return;
        case StartingFailureStrategy::Stop:
            job.stop_at_end = true;
            break;
        case StartingFailureStrategy::Abort:
            break;
    }
    for (const auto& [rank, commands] : std::exchange(job.planned, {})) {
        for (const auto& dropped : commands) {
            wish(dropped, ProcessIntent::Wanted, effects);
        }
    }
    effects.notes.emplace_back(
        NoteLevel::Warning,
        concat("start of ", inventory_->at(id).name, " is given up: ", namespec_of(process.name),
               " is required (", name_of(process.rules.starting_failure), ")"));
}

Reservations Starter::reservations() const {
    Reservations reservations;
    for (const auto& [id, job] : jobs_) {
        for (const auto& command : job.current) {
            const auto& process = inventory_->at(command.process);
            const auto* copy = process.copy_on(command.target);
            if (copy == nullptr || !is_running_like(copy->record.state)) {
                reservations[command.target] += process.rules.expected_loading;
            }
        }
        if (job.instance) {
            reservations[*job.instance] += planned_load(job);
        }
    }
    return reservations;
}

bool Starter::is_busy_with(ProcessId process) const {
    const auto is_it = [&](const Command& command) { return command.process == process; };
    const auto job = jobs_.find(inventory_->at(process).application);
    if (job == jobs_.end()) {
        return false;
    }
    const auto& current = job->second.current;
    if (std::any_of(current.begin(), current.end(), is_it)) {
        return true;
    }
    return std::any_of(job->second.planned.begin(), job->second.planned.end(),
                       [&](const auto& rank) {
                           return std::any_of(rank.second.begin(), rank.second.end(), is_it);
                       });
}

int Starter::failures(ApplicationId application) const {
    const auto found = failures_.find(application);
    return found == failures_.end() ? 0 : found->second;
}

void Starter::cancel(ApplicationId application) {
    if (jobs_.erase(application) != 0) {
        ++failures_[application];  // whoever waits for that start waits in vain
    }
    std::erase_if(wishes_, [&](const JobEffects::Wish& wish) {
        return inventory_->at(wish.process).application == application;
    });
    for (auto& [rank, applications] : sequence_) {
        std::erase(applications, application);
    }
}

void Starter::abort_all() {
    wishes_.clear();
    jobs_.clear();
    sequence_.clear();
    sequence_current_.clear();
}

Instant Starter::next_deadline() const {
    Instant next = kNever;
    for (const auto& [id, job] : jobs_) {
        for (const auto& command : job.current) {
            next = std::min(next, command.deadline);
        }
    }
    return next;
}

}  // namespace sup::core
