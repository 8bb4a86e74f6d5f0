#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/model/messages.h"

namespace sup::core {

// What is wanted of each process. The Master changes it and publishes each change; every agent
// holds it, so that the next Master finishes what was begun and leaves alone what a user stopped
// (D-25). Bounded by the number of processes ever known.
class IntentTable {
public:
    ProcessIntent of(const ProcessName& process) const {
        const auto found = intents_.find(process);
        return found == intents_.end() ? ProcessIntent::None : found->second.intent;
    }
    // Whole; one that was never set is None.
    Intent held(const ProcessName& process) const {
        const auto found = intents_.find(process);
        return found == intents_.end() ? Intent{process, ProcessIntent::None, {}, {}}
                                       : found->second;
    }
    // Whether something changed.
    bool set(const Intent& intent) {
        auto& held = intents_[intent.process];
        const bool changed = !(held == intent);
        held = intent;
        return changed;
    }
    void replace(const std::vector<Intent>& intents) {
        intents_.clear();
        for (const auto& intent : intents) {
            intents_.emplace(intent.process, intent);
        }
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
};

}  // namespace sup::core
