#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/model/messages.h"

namespace sup::core {

// What is wanted of each process. The Master changes it and publishes each change; every agent
// holds it, so that the next Master finishes what was begun and leaves alone what a user stopped
// (D-25). The term says how old it is: an agent that has just started takes it from whoever knows
// more, for it may be the next Master itself. Bounded by the number of processes ever known.
class IntentTable {
public:
    ProcessIntent of(const ProcessName& process) const {
        const auto found = intents_.find(process);
        return found == intents_.end() ? ProcessIntent::None : found->second.intent;
    }
    // Whether anything was ever said of it.
    bool knows(const ProcessName& process) const { return intents_.contains(process); }
    // Whether something is wanted here of which these say nothing.
    bool says_more_than(const std::vector<Intent>& others) const {
        std::set<ProcessName> told;
        for (const auto& other : others) {
            told.insert(other.process);
        }
        return std::any_of(intents_.begin(), intents_.end(), [&](const auto& held) {
            return held.second.intent != ProcessIntent::None && !told.contains(held.first);
        });
    }
    // Whole; one that was never set is None.
    Intent held(const ProcessName& process) const {
        const auto found = intents_.find(process);
        return found == intents_.end() ? Intent{process, ProcessIntent::None, {}, {}}
                                       : found->second;
    }
    // With what it is started again (D-28): as it is wanted, else as it was started `last`.
    std::string arguments_of(const ProcessName& process, const std::string& last) const {
        const auto found = intents_.find(process);
        const bool is_wanted =
            found != intents_.end() && found->second.intent != ProcessIntent::None;
        return is_wanted ? found->second.extra_args : last;
    }
    // Whether something changed.
    bool set(const Intent& intent) {
        auto& held = intents_[intent.process];
        const bool changed = !(held == intent);
        held = intent;
        return changed;
    }
    // `master`: whose word they are; empty: of whom is not known. What they say nothing of stays:
    // where two federations become one, it is ours to tell, once their Master meets us.
    void replace(const std::vector<Intent>& intents, Term term, const std::string& master) {
        term_ = term;
        master_ = master;
        for (const auto& intent : intents) {
            intents_.insert_or_assign(intent.process, intent);
        }
    }
    Term term() const { return term_; }
    // The Master of that term stands by what is held here.
    void confirm(Term term, const std::string& master) {
        term_ = std::max(term_, term);
        master_ = master;
    }
    // Two Masters that did not hear each other may have had the same term.
    bool is_word_of(const std::string& master, Term term) const {
        return master_ == master && term_ == term;
    }
    void forget(const ProcessName& process) { intents_.erase(process); }
    std::vector<Intent> all() const {
        std::vector<Intent> all;
        for (const auto& [name, intent] : intents_) {
            all.push_back(intent);
        }
        return all;
    }

private:
    std::map<ProcessName, Intent> intents_;
    Term term_ = 0;
    std::string master_;
};

}  // namespace sup::core
