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
        command.extra_args = intents_->arguments_of(process.name, process.extra_args);
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
    const bool is_excluded = cause != StartCause::User && intent == ProcessIntent::StoppedByUser;
    return process.rules.start_sequence > 0 && process.is_stopped() && !is_excluded ? Need::Start
                                                                                    : Need::Nothing;
}

void Starter::plan(Command command) {
    const auto& process = inventory_->at(command.process);
    arguments_faults_.erase(command.process);
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
            if (plan_job(id, {strategy, sequence_local_, StartCause::Sequence}, Scope::Needed)) {
                sequence_current_.push_back(id);
            }
        }
    }
}

void Starter::advance(Instant now, JobEffects& effects) {
    undo_superseded(effects);
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
    ++ended_jobs_;
}

// Where it is up, or on its way up, and its instance is there. One that was accepted during a
// distribution counts, though it does not take part yet (B-17).
std::optional<InstanceId> Starter::up_on(const Process& process) const {
    for (const auto instance : process.up_on()) {
        if (table_->is_running(instance) || table_->at(instance).state == InstanceState::Checked) {
            return instance;
        }
    }
    return std::nullopt;
}

// A process that is on its way needs no order: it is followed from where it is. What a lost
// instance was starting is on its way down: its running failure strategy takes care of it (B-135).
bool Starter::follow(Instant now, Job& job, Command& command) const {
    const auto& process = inventory_->at(command.process);
    const auto ordered = process.ordered_on();
    if (const auto up = up_on(process)) {
        const auto& record = process.copy_on(*up)->record;
        const bool is_up = record.state == ProcessState::Running;
        const bool is_due = intents_->of(process.name) == ProcessIntent::Due;
        if (is_up && !(command.waits_for_exit && is_due)) {
            return false;
        }
        command.stage = Stage::Starting;
        command.target = *up;
        command.deadline = now + record.startsecs + kRequestMargin;
        if (is_up) {
            await_exit(now, command);
        }
    } else if (ordered && table_->is_running(*ordered)) {
        command.stage = Stage::Ordered;
        command.target = *ordered;
        command.deadline = now + kRequestMargin;
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
        if (process.state == ProcessState::Stopping) {
            effects.notes.emplace_back(
                NoteLevel::Warning,
                concat("start of ", namespec_of(process.name), " failed: it is being stopped"));
        }
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
    if (!chosen.refusals.empty()) {
        effects.notes.emplace_back(NoteLevel::Debug,
                                   concat(namespec, " not on ", explain(chosen.refusals)));
    }
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

bool Starter::is_settled() const {
    const bool waits_only = std::all_of(jobs_.begin(), jobs_.end(), [](const auto& entry) {
        const auto& current = entry.second.current;
        return !current.empty() && std::all_of(current.begin(), current.end(),
                                               [](const Command& c) { return c.is_overdue; });
    });
    return waits_only && (!jobs_.empty() || sequence_.empty());
}

std::optional<Fault> Starter::arguments_fault(ProcessId process) const {
    const auto found = arguments_faults_.find(process);
    return found == arguments_faults_.end() ? std::nullopt : std::optional(found->second);
}

int Starter::failures(ApplicationId application) const {
    const auto found = failures_.find(application);
    return found == failures_.end() ? 0 : found->second;
}

void Starter::cancel(ApplicationId application) {
    if (jobs_.erase(application) != 0) {
        give_up(application);
    }
    std::erase_if(wishes_, [&](const JobEffects::Wish& wish) {
        return inventory_->at(wish.process).application == application;
    });
    for (auto& [rank, applications] : sequence_) {
        std::erase(applications, application);
    }
}

bool Starter::drop_planned(ProcessId process) {
    const auto job = jobs_.find(inventory_->at(process).application);
    if (job == jobs_.end()) {
        return false;
    }
    std::size_t dropped = 0;
    for (auto& [rank, commands] : job->second.planned) {
        dropped += std::erase_if(
            commands, [&](const Command& command) { return command.process == process; });
    }
    std::erase_if(wishes_, [&](const JobEffects::Wish& wish) { return wish.process == process; });
    return dropped > 0;
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
