#pragma once

#include <cstddef>
#include <map>
#include <set>
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
    void add(const StateModes& modes) {
        ++voters_;
        count(modes, 1);
        judge_all();
    }
    void remove(const StateModes& modes) {
        --voters_;
        count(modes, -1);
        judge_all();
    }
    // One voter says something else.
    void replace(const StateModes& former, const StateModes& modes) {
        count(former, -1);
        count(modes, 1);
    }

    // How many peers declare each Master, by identifier; none of them is empty.
    const std::map<std::string, int>& declared() const { return declared_; }
    // How many peers isolate each instance, by identifier.
    const std::map<std::string, int>& isolated() const { return isolated_; }
    // Those whom more than half of the peers isolate.
    const std::set<std::string>& outcasts() const { return outcasts_; }
    int voters() const { return voters_; }
    // Those that take part and declare nobody: an election waits for them.
    int undecided() const { return undecided_; }
    int declaring(const std::string& identifier) const {
        const auto found = declared_.find(identifier);
        return found == declared_.end() ? 0 : found->second;
    }

private:
    static int count(std::map<std::string, int>& votes, const std::string& identifier, int step) {
        const auto found = votes.try_emplace(identifier).first;
        const int sum = found->second += step;
        if (sum == 0) {
            votes.erase(found);
        }
        return sum;
    }
    void count_isolated(const InstanceStates& states, int step) {
        if (!states.has(InstanceState::Isolated)) {
            return;
        }
        for (std::size_t place = 0; place < states.size(); ++place) {
            if (states.state(place) == InstanceState::Isolated) {
                const auto& identifier = states.identifier(place);
                judge(identifier, count(isolated_, identifier, step));
            }
        }
    }
    void count(const StateModes& modes, int step) {
        if (modes.master.empty()) {
            undecided_ += takes_part(modes.fsm) ? step : 0;
        } else {
            count(declared_, modes.master, step);
        }
        count_isolated(modes.instance_states, step);
    }
    void judge(const std::string& identifier, int fences) {
        if (fences * 2 > voters_) {
            outcasts_.insert(identifier);
        } else {
            outcasts_.erase(identifier);
        }
    }
    void judge_all() {
        for (const auto& [identifier, fences] : isolated_) {
            judge(identifier, fences);
        }
    }

    std::map<std::string, int> declared_;
    std::map<std::string, int> isolated_;
    std::set<std::string> outcasts_;
    int voters_ = 0;
    int undecided_ = 0;
};

}  // namespace sup::core
