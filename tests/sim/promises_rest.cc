#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "common/base/text.h"
#include "rules/resolve.h"
#include "tests/sim/promises.h"
#include "tests/sim/story.h"

// The part of Promises that says what is wanted and does not run, once the world is at rest.
namespace sup::sim {
namespace {

// Words of a note, about one process, that say why it stays down.
constexpr std::array<std::string_view, 10> kOfProcess = {" is disabled here",
                                                         "no instance for ",
                                                         "start of ",
                                                         " is shown FATAL",
                                                         " is shown STOPPED",
                                                         ": CONTINUE",
                                                         "stop of ",
                                                         " crashed again",
                                                         " stays down: it has no start rank",
                                                         ": STOP, all copies are stopped"};
// The same about its application.
constexpr std::array<std::string_view, 4> kOfApplication = {
    " is given up", " is stopped: its ", " is not restarted any more", " could not be stopped"};
// The federation is closed: what comes after is another life.
constexpr std::string_view kOfAll = "everything is stopped: the supervisords are told";
// All is stopped; what the automatic start leaves alone stays down when the quorum is back.
constexpr std::string_view kOfQuorum = "no majority of supvisors_list: STOP";
// The same about those of its processes that its start leaves alone.
constexpr std::array<std::string_view, 3> kOfRankZero = {
    " is stopped, to be started again", " is started again", " is not started: nothing of it"};

bool says_one_of(const std::string& text, std::span<const std::string_view> phrases) {
    return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
        return text.find(phrase) != std::string::npos;
    });
}

}  // namespace

const std::set<ProcessName>& Promises::everything() {
    if (!everything_.empty()) {
        return everything_;
    }
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        const auto there = fleet_->at(place).supervisord().processes();
        everything_.insert(there.begin(), there.end());
    }
    return everything_;
}

bool Promises::is_in_sequence(const ProcessName& process) const {
    std::vector<std::string> remarks;
    const auto application = rules::resolve_application(rules_, process.group, {}, remarks);
    return application.start_sequence > 0 && rules_of(process).start_sequence > 0;
}

// A reason counts from the last time on that the process came up.
void Promises::on_note(const core::Note& note) {
    if (note.level == core::NoteLevel::Debug) {
        return;
    }
    const bool is_of_process = says_one_of(note.text, kOfProcess);
    const bool is_of_application = says_one_of(note.text, kOfApplication);
    const bool is_of_all = note.text.find(kOfAll) != std::string::npos;
    const bool is_of_rank_zero = says_one_of(note.text, kOfRankZero);
    const bool is_of_quorum = note.text.find(kOfQuorum) != std::string::npos;
    for (const auto& process : everything()) {
        const bool names_it = note.text.find(namespec_of(process)) != std::string::npos;
        const bool names_group = note.text.find(process.group) != std::string::npos;
        const bool is_rank_zero = rules_of(process).start_sequence == 0;
        if (is_of_all || (is_of_process && names_it) || (is_of_application && names_group) ||
            (is_of_rank_zero && names_group && is_rank_zero) ||
            (is_of_quorum && !is_in_sequence(process))) {
            explained_[process] = fleet_->schedule().now();
        }
    }
}

bool Promises::is_explained(const ProcessName& process, const Wish& wish) const {
    const auto up = came_up_.find(process);
    const auto since = up == came_up_.end() ? wish.asked_since : up->second;
    const auto dated = [&](const std::map<ProcessName, Instant>& dates, Instant least) {
        const auto found = dates.find(process);
        return found != dates.end() && found->second >= least;
    };
    // A stop says why when it is planned: what it is about may come up only then, also after its
    // supervisord, which stood still, was told to start and to stop it.
    const auto start = told_to_start_.find(process);
    const auto told = start == told_to_start_.end() ? since : std::min(since, start->second);
    const bool is_stopped = dated(was_stopped_, told) && dated(explained_, wish.asked_since);
    return dated(explained_, since) || dated(ended_, since) || is_stopped;
}

// Whose wish it was has given up for another, which had said something else of the process: that
// holds, and need not be said again.
bool Promises::is_overruled(const ProcessName& process, const Wish& wish) const {
    const auto place = fleet_->find(wish.master);
    if (!place || !fleet_->at(*place).has_agent()) {
        return false;
    }
    const auto master = fleet_->at(*place).queries().master();
    const auto word = words_.find({master ? master->first : wish.master, process});
    return word != words_.end() && word->first.first != wish.master &&
           word->second != ProcessIntent::None && word->second != wish.intent;
}

std::vector<std::string> Promises::forgotten() const {
    std::vector<std::string> forgotten;
    if (is_fenced_ || fleet_->was_shut_down()) {
        return forgotten;
    }
    for (const auto& [process, wish] : wishes_) {
        const auto ended = ended_.find(process);
        const auto up = came_up_.find(process);
        // Its Master may have gone before it could say that it was up.
        const bool was_up = up != came_up_.end() && up->second >= wish.since;
        const bool was_dealt_with = (ended != ended_.end() && ended->second >= wish.since) ||
                                    (was_up && is_explained(process, wish));
        if (wish.intent == ProcessIntent::Due && !runs(process) && !was_dealt_with &&
            is_remembered(wish) && !is_overruled(process, wish)) {
            forgotten.push_back(concat(full_name(process), " is still due"));
        }
    }
    return forgotten;
}

// Those that are there are too few to start anything, and said so.
bool Promises::lacks_quorum() const {
    for (std::size_t place = 0; place < fleet_->size(); ++place) {
        if (fleet_->at(place).has_agent() && !fleet_->at(place).has_quorum()) {
            return true;
        }
    }
    return false;
}

std::vector<std::string> Promises::unexplained() const {
    std::vector<std::string> unexplained;
    if (is_fenced_ || fleet_->was_shut_down() || lacks_quorum()) {
        return unexplained;
    }
    for (const auto& [process, wish] : wishes_) {
        if (wish.intent == ProcessIntent::Wanted && !runs(process) &&
            !is_explained(process, wish)) {
            unexplained.push_back(
                concat(full_name(process), " is wanted and down, and nobody said why"));
        }
    }
    return unexplained;
}

}  // namespace sup::sim
