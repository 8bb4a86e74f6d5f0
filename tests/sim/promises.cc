#include "tests/sim/promises.h"

#include <algorithm>

#include "common/base/overloaded.h"
#include "common/base/text.h"
#include "rules/resolve.h"
#include "tests/sim/describe.h"
#include "tests/sim/story.h"

namespace sup::sim {
namespace {

constexpr Duration kKnown = {5'000};
constexpr Duration kOnItsWay = {500};

ProcessName name_in(const std::string& namespec) {
    const auto parsed = parse_namespec(namespec);
    return {parsed.group, parsed.name};
}

}  // namespace

void Promises::breach(std::size_t instance, const std::string& what) {
    const auto time = fleet_->elapsed().ms;
    breaches_.push_back(concat("BROKEN at ", time / 1000, ".", time % 1000, " on ",
                               fleet_->at(instance).name(), ": ", what));
}

rules::ProcessRules Promises::rules_of(const ProcessName& process) const {
    std::vector<std::string> remarks;
    return rules::resolve_process(rules_, process.group, process.name, remarks);
}

// With some that were fenced, there are two federations: what is said in one is nothing to the
// other.
bool Promises::is_calm() const {
    return !is_fenced_ && fleet_->schedule().now() - fleet_->stable_since() >= kKnown &&
           std::as_const(*fleet_).network().is_calm();
}

std::vector<ProcessName> Promises::members(const std::string& application) const {
    std::set<ProcessName> members;
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        for (const auto& process : fleet_->at(place).supervisord().processes()) {
            if (process.group == application) {
                members.insert(process);
            }
        }
    }
    return {members.begin(), members.end()};
}

bool Promises::runs(const ProcessName& process) const {
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto& one = fleet_->at(place).supervisord();
        if (one.is_up() && is_running_like(one.state_of(process))) {
            return true;
        }
    }
    return false;
}

// Where an agent tells of it: the others know of no copy whose agent is gone.
bool Promises::is_seen_to_run(const ProcessName& process) const {
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto& one = fleet_->at(place);
        if (one.has_agent() && !one.is_frozen() && one.supervisord().is_up() &&
            is_running_like(one.supervisord().state_of(process))) {
            return true;
        }
    }
    return false;
}

void Promises::on_request(core::RequestId id, const Request& request) {
    nothing_asked_ = false;
    stop_jobs_.clear();
    const auto* application = std::get_if<StopApplication>(&request);
    const auto* process = std::get_if<StopProcess>(&request);
    if (application == nullptr && process == nullptr) {
        // It may start anything, or what was to be stopped first.
        stopped_.clear();
        stops_.clear();
        return;
    }
    if (process != nullptr && !process->process.is_group()) {
        stops_[id] = {{process->process.group, process->process.name}};
        return;
    }
    const auto& group = application ? application->application : process->process.group;
    stops_[id] = members(group);
    if (application != nullptr && is_calm()) {
        Stop stop{id, {}};
        for (const auto& member : stops_[id]) {
            if (is_seen_to_run(member)) {
                stop.running.insert(member);
            }
        }
        stop_jobs_[group] = std::move(stop);
    }
}

void Promises::on_command(std::size_t instance, const core::Command& command) {
    if (const auto* event = std::get_if<core::PublishEvent>(&command)) {
        published_[instance].push_back(*event);
        const auto* peer = std::get_if<InstanceInfo>(&event->event);
        is_fenced_ = is_fenced_ || (peer != nullptr && peer->state == InstanceState::Isolated);
    } else if (const auto* send = std::get_if<core::SendToPeers>(&command)) {
        on_intent(send->message);
        hold(instance, send->message);
    } else if (const auto* to_one = std::get_if<core::SendToPeer>(&command)) {
        on_intent(to_one->message);
        hold(instance, to_one->message);
    } else if (const auto* answer = std::get_if<core::AnswerOperator>(&command)) {
        on_answer(*answer);
    } else if (const auto* note = std::get_if<core::Note>(&command)) {
        on_note(*note);
    } else if (const auto* call = std::get_if<core::CallSupervisor>(&command)) {
        if (const auto* start = std::get_if<core::StartProcesses>(&call->call)) {
            for (const auto& namespec : start->namespecs) {
                on_start(instance, name_in(namespec));
            }
        } else if (const auto* stop = std::get_if<core::StopProcesses>(&call->call)) {
            for (const auto& namespec : stop->namespecs) {
                on_stop(instance, name_in(namespec));
            }
        }
    }
}

void Promises::on_intent(const Message& message) {
    if (const auto* change = std::get_if<IntentChanged>(&message.payload)) {
        wish(change->intent, message, fleet_->schedule().now());
    }
    // A new Master tells all that it holds.
    const auto* snapshot = std::get_if<Snapshot>(&message.payload);
    if (snapshot != nullptr && snapshot->modes.master == message.sender &&
        snapshot->modes.fsm != FsmState::Election) {
        for (const auto& intent : snapshot->intents) {
            wish(intent, message, Instant{});  // asked for when nobody else was there
        }
    }
}

void Promises::on_delivery(std::size_t, std::size_t to, const Message& message) {
    hold(to, message);
}

void Promises::hold(std::size_t instance, const Message& message) {
    if (const auto* change = std::get_if<IntentChanged>(&message.payload)) {
        holders_[change->intent.process].insert(instance);
    } else if (const auto* snapshot = std::get_if<Snapshot>(&message.payload)) {
        for (const auto& intent : snapshot->intents) {
            holders_[intent.process].insert(instance);
        }
    }
}

// By an agent that is there.
bool Promises::is_held(const ProcessName& process) const {
    const auto holders = holders_.find(process);
    return holders != holders_.end() &&
           std::any_of(holders->second.begin(), holders->second.end(),
                       [&](std::size_t place) { return fleet_->at(place).has_agent(); });
}

void Promises::wish(const Intent& intent, const Message& from, Instant asked) {
    words_[{from.sender, intent.process}] = intent.intent;
    auto& wish = wishes_[intent.process];
    const bool is_repeated =
        wish.intent == intent.intent && wish.term == from.term && wish.master == from.sender;
    if (from.term < wish.term && is_remembered(wish)) {
        return;
    }
    if (wish.intent == ProcessIntent::Due && wish.extra_args != intent.extra_args) {
        wish.former_args = wish.extra_args;
        wish.args_changed = fleet_->schedule().now();
    }
    if (!is_repeated) {
        const bool is_still_wanted =
            wish.intent == ProcessIntent::Wanted && intent.intent == ProcessIntent::Wanted;
        const auto since = is_still_wanted ? wish.since : fleet_->schedule().now();
        const auto asks = [](ProcessIntent one) {
            return one == ProcessIntent::Due || one == ProcessIntent::Wanted;
        };
        const auto asked_since =
            asks(wish.intent) && asks(intent.intent) ? wish.asked_since : asked;
        wish.intent = intent.intent;
        wish.term = from.term;
        wish.master = from.sender;
        wish.since = since;
        wish.asked_since = asked_since;
        wish.step = steps_;
    }
    wish.extra_args = intent.extra_args;
}

void Promises::on_answer(const core::AnswerOperator& answer) {
    const auto found = stops_.find(answer.id);
    if (found == stops_.end()) {
        return;
    }
    const auto* fault = std::get_if<Fault>(&answer.answer);
    if (fault != nullptr) {
        std::erase_if(stop_jobs_, [&](const auto& job) { return job.second.request == answer.id; });
    }
    if (fault == nullptr && is_calm()) {
        stopped_.insert(found->second.begin(), found->second.end());
    }
    stops_.erase(found);
}

// By an agent that was there when it was said.
bool Promises::is_remembered(const Wish& wish) const {
    return std::any_of(agent_since_.begin(), agent_since_.end(), [&](const auto& entry) {
        return fleet_->at(entry.first).has_agent() && entry.second <= wish.since;
    });
}

// Then it is Master, and tells nobody what it wants.
bool Promises::is_alone(std::size_t instance) const {
    return running(instance) <= 1;
}

// How many instances it sees take part.
std::size_t Promises::running(std::size_t instance) const {
    const auto states = fleet_->at(instance).queries().supvisors_state().instance_states;
    const auto count = std::count_if(states.begin(), states.end(), [](const auto& entry) {
        return entry.second == name_of(InstanceState::Running);
    });
    return static_cast<std::size_t>(count);
}

// By the rules, `one` is to be dealt with before the start of `other`.
bool Promises::is_before(const ProcessName& one, const ProcessName& other) const {
    if (one.group == other.group) {
        const int rank = rules_of(one).start_sequence;
        return rank > 0 && rank < rules_of(other).start_sequence;
    }
    // Only the very first automatic start is known to be one.
    const bool is_first =
        nothing_asked_ && nothing_failed_ && !fleet_->at(0).settings().discovery &&
        fleet_->stable_since().ms < (fleet_->schedule().now() - fleet_->elapsed()).ms;
    std::vector<std::string> remarks;
    const auto rank = [&](const std::string& application) {
        return rules::resolve_application(rules_, application, {}, remarks).start_sequence;
    };
    return is_first && rank(one.group) > 0 && rank(one.group) < rank(other.group);
}

// What is due and not down is to be stopped first, which holds nobody back.
bool Promises::is_restarted(const ProcessName& process, const Wish& wish) const {
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto& one = fleet_->at(place).supervisord();
        if (one.is_up() && !is_stopped_like(one.state_of(process))) {
            return true;
        }
    }
    const auto told = told_to_stop_.find(process);
    return told != told_to_stop_.end() && told->second >= wish.since;
}

void Promises::on_start(std::size_t instance, const ProcessName& process) {
    told_to_start_[process] = fleet_->schedule().now();
    if (stopped_.contains(process) && !is_fenced_) {
        breach(instance, concat(full_name(process), " is started although a user stopped it"));
    }
    const auto wish = wishes_.find(process);
    if (!is_calm() || is_alone(instance) || wish == wishes_.end() ||
        wish->second.intent != ProcessIntent::Due) {
        return;
    }
    // What another Master wants is not why it is started here.
    const auto master = fleet_->at(instance).queries().master();
    if (!master || master->first != wish->second.master) {
        return;
    }
    // An order of before may still be on its way, or wait for an agent that was frozen, its stop
    // behind it.
    const auto left = fleet_->at(instance).arguments_left(process);
    const auto changed = wish->second.args_changed;
    const bool is_late = changed && left == wish->second.former_args &&
                         (fleet_->schedule().now() - *changed < kOnItsWay ||
                          fleet_->at(instance).awake_since() >= *changed);
    if (left != wish->second.extra_args && !is_late) {
        breach(instance, concat(full_name(process), " is started with '", left, "', wanted is '",
                                wish->second.extra_args, "'"));
    }
    for (const auto& [other, due] : wishes_) {
        if (due.intent == ProcessIntent::Due && due.term == wish->second.term &&
            due.master == wish->second.master && due.step <= wish->second.step &&
            !is_restarted(other, due) && is_before(other, process)) {
            breach(instance, concat(full_name(process), " is started before ", full_name(other)));
        }
    }
}

void Promises::on_stop(std::size_t instance, const ProcessName& process) {
    told_to_stop_[process] = fleet_->schedule().now();
    const auto job = stop_jobs_.find(process.group);
    if (job == stop_jobs_.end() || !is_calm()) {
        return;
    }
    const int rank = rules_of(process).stop_sequence;
    for (const auto& other : job->second.running) {
        if (rules_of(other).stop_sequence > rank && is_seen_to_run(other)) {
            breach(instance, concat(full_name(process), " is stopped before ", full_name(other)));
        }
    }
}

void Promises::on_moved(std::size_t, const ProcessName& process, ProcessState state) {
    const auto told = told_to_stop_.find(process);
    if (state == ProcessState::Starting) {
        came_up_[process] = fleet_->schedule().now();
    } else if (state == ProcessState::Stopped && told != told_to_stop_.end()) {
        was_stopped_[process] = told->second;
    }
    if (state == ProcessState::Exited || state == ProcessState::Backoff ||
        state == ProcessState::Fatal) {
        nothing_failed_ = false;
        ended_[process] = fleet_->schedule().now();
        stop_jobs_.erase(process.group);
    }
}

// Who has been there for a while knows what users wanted; when nobody is left, it is forgotten. So
// is what only those had heard that are not there any more.
void Promises::on_agent_started(std::size_t instance) {
    const auto now = fleet_->schedule().now();
    agent_since_[instance] = now;
    published_[instance].clear();
    const bool somebody_knows =
        std::any_of(agent_since_.begin(), agent_since_.end(), [&](const auto& entry) {
            const auto& one = fleet_->at(entry.first);
            return one.has_agent() && one.supervisord().is_up() && now - entry.second >= kKnown;
        });
    if (!somebody_knows) {
        stopped_.clear();
        wishes_.clear();
    }
    for (auto& [process, holders] : holders_) {
        holders.erase(instance);
    }
    const auto name = fleet_->at(instance).name();
    std::erase_if(words_, [&](const auto& entry) { return entry.first.first == name; });
    std::erase_if(wishes_, [&](const auto& entry) { return !is_held(entry.first); });
}

void Promises::on_step_end(std::size_t instance) {
    ++steps_;
    const auto published = std::exchange(published_[instance], {});
    if (published.empty()) {
        return;
    }
    std::set<std::string> seen;
    for (auto event = published.rbegin(); event != published.rend(); ++event) {
        if (const auto* info = std::get_if<ProcessInfo>(&event->event)) {
            if (seen.insert(info->application_name + ":" + info->process_name).second) {
                check_shown(instance, *info);
            }
        } else if (const auto* peer = std::get_if<InstanceInfo>(&event->event)) {
            if (seen.insert(peer->identifier).second) {
                check_shown(instance, *peer);
            }
        }
    }
}

void Promises::check_shown(std::size_t instance, const ProcessInfo& info) {
    const auto name = info.application_name + ":" + info.process_name;
    const auto shown = fleet_->at(instance).queries().processes(name);
    const auto* found = std::get_if<std::vector<ProcessInfo>>(&shown);
    if (found == nullptr || found->empty() ||
        (found->front().state == info.state && found->front().identifiers == info.identifiers)) {
        return;
    }
    breach(instance,
           concat("published ", name, " ", name_of(info.state), " on ",
                  python_list(info.identifiers), " and shows ", name_of(found->front().state),
                  " on ", python_list(found->front().identifiers)));
}

// That a handshake goes on is shown, but not published.
void Promises::check_shown(std::size_t instance, const InstanceInfo& info) {
    const auto shown = fleet_->at(instance).queries().instances(info.identifier);
    const auto* found = std::get_if<std::vector<InstanceInfo>>(&shown);
    if (found == nullptr || found->front().state == InstanceState::Checking ||
        found->front().state == InstanceState::Checked || found->front().state == info.state) {
        return;
    }
    breach(instance, concat("published ", info.identifier, " ", name_of(info.state), " and shows ",
                            name_of(found->front().state)));
}

}  // namespace sup::sim
