#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "common/model/messages.h"

namespace sup::core {

// Past its synchronisation: its missing declaration counts in an election (D-13).
constexpr bool takes_part(FsmState state) {
    return state != FsmState::Off && state != FsmState::Synchronization;
}

// What the RUNNING peers declare, counted as it changes: with a thousand of them, nobody can ask
// each one at each message.
class Ballot {
public:
    void add(const StateModes& modes) { count(modes, 1); }
    void remove(const StateModes& modes) { count(modes, -1); }

    // How many peers declare each Master, by identifier; none of them is empty.
    const std::map<std::string, int>& declared() const { return declared_; }
    // How many peers isolate each instance, by identifier.
    const std::map<std::string, int>& isolated() const { return isolated_; }
    int voters() const { return voters_; }
    // Those that take part and declare nobody: an election waits for them.
    int undecided() const { return undecided_; }
    int declaring(const std::string& identifier) const {
        const auto found = declared_.find(identifier);
        return found == declared_.end() ? 0 : found->second;
    }

private:
    static void count(std::map<std::string, int>& votes, const std::string& identifier, int step) {
        if ((votes[identifier] += step) == 0) {
            votes.erase(identifier);
        }
    }
    void count_isolated(const InstanceStates& states, int step) {
        if (!states.has(InstanceState::Isolated)) {
            return;
        }
        for (std::size_t place = 0; place < states.size(); ++place) {
            if (states.state(place) == InstanceState::Isolated) {
                count(isolated_, states.identifier(place), step);
            }
        }
    }
    void count(const StateModes& modes, int step) {
        voters_ += step;
        if (modes.master.empty()) {
            undecided_ += takes_part(modes.fsm) ? step : 0;
        } else {
            count(declared_, modes.master, step);
        }
        count_isolated(modes.instance_states, step);
    }

    std::map<std::string, int> declared_;
    std::map<std::string, int> isolated_;
    int voters_ = 0;
    int undecided_ = 0;
};

}  // namespace sup::core
