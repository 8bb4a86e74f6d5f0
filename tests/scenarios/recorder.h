#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/fleet.h"

namespace sup::scenarios {

// Writes down what happens in a fleet, as lines of a transcript, in the categories asked for:
// - the categories of the notes: election, fsm, membership, federation, sequencing, failure,
// orders,
//   rules, supervisord, agent … `notes` stands for all of them, `debug` for the finest ones as
//   well;
// - `calls`: what a supervisord is asked to do (reads are left out);
// - `truth`: the changes of states in the supervisords;
// - `events`: what is published; `messages`: what arrives (ticks are left out); `signals`.
// Answers to requests are always written down.
class Recorder : public sim::Observer {
public:
    explicit Recorder(const sim::Fleet& fleet) : fleet_(&fleet) {}

    void show(std::set<std::string> categories, std::set<std::string> of) {
        categories_ = std::move(categories);
        of_ = std::move(of);
    }
    std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }
    // The last intent that was published of each process.
    const std::map<std::string, std::string>& intents() const { return intents_; }

    // What was answered to a request, empty while nothing was.
    std::string answer(core::RequestId id) const {
        const auto found = answers_.find(id);
        return found == answers_.end() ? std::string() : found->second;
    }
    int starts(const std::string& process) const {
        const auto found = starts_.find(process);
        return found == starts_.end() ? 0 : found->second;
    }

    void on_command(std::size_t instance, const core::Command& command) override;
    void on_delivery(std::size_t from, std::size_t to, const Message& message) override;
    void on_moved(std::size_t instance, const ProcessName& process, ProcessState state) override;
    void on_refused(std::size_t, const ProcessName&) override {}
    void on_agent_started(std::size_t) override {}
    void on_late_deadline(std::size_t, Duration) override {}

private:
    void write(std::size_t instance, std::string_view category, const std::string& text);
    bool wants(std::string_view category) const {
        return categories_.contains(std::string(category));
    }
    void note_intent(const Message& message);
    void on_note(std::size_t instance, const core::Note& note);

    const sim::Fleet* fleet_;
    std::set<std::string> categories_;
    std::set<std::string> of_;  // empty: everybody
    std::vector<std::string> lines_;
    std::map<std::string, std::string> intents_;
    std::map<core::RequestId, std::string> answers_;
    std::map<std::string, int> starts_;  // by full name
};

}  // namespace sup::scenarios
