#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/scenarios/recorder.h"
#include "tests/scenarios/transcript.h"
#include "tests/sim/fleet.h"
#include "tests/sim/invariants.h"

namespace sup::scenarios {

// One story: a fleet and what the directives of a transcript do to it. Each directive is documented
// where it is dispatched, in scenario.cc.
class Scenario {
public:
    // The output of a directive. A breach of an invariant, an expectation that fails or a directive
    // that cannot be read is part of it, and makes the story fail whatever the transcript says.
    std::vector<std::string> execute(const std::vector<std::string>& input);
    // The world heals and must come to rest. Empty when it does.
    std::vector<std::string> finish();

    bool has_failed() const { return failed_; }
    std::uint64_t hash() const { return fleet_ ? fleet_->hash() : 0; }

private:
    using Lines = std::vector<std::string>;
    using Body = std::vector<std::string>;
    void dispatch(const Words& words, const Body& body);
    void fleet(const Words& words);
    void rules(const Words& words, const Body& body);
    void program(const Words& words);
    void behave(const Words& words);
    void start(const Words& words);
    void stop(const Words& words);
    void run(const Words& words);
    void kill(const Words& words);
    void freeze(const Words& words);
    void clock(const Words& words);
    void roads(const Words& words);
    void split(const Words& words);
    void weather(const Words& words);
    void announce(const Words& words);
    void exit(const Words& words);
    void supervisorctl(const Words& words);
    void request(const Words& words);
    void give_up(std::size_t place);
    void plan(const Words& words);
    void show(const Words& words);
    void expect(const Words& words);
    void expect_of_agents(const std::string& what, const std::string& wanted);
    void expect_one_view();

    void show_states(const Words& words);
    void show_processes(const Words& words);
    void show_applications(const Words& words);
    void show_truth();
    void show_loads(const Words& words);
    void show_intents();
    void show_arguments();

    std::size_t place_of(const std::string& name) const;
    std::vector<std::size_t> places(const Words& words, std::size_t first) const;
    // The agent whose view is shown: `of=`, else the first that is alive.
    std::size_t viewer(const Words& words) const;
    std::string master() const;
    std::vector<std::string> copies_of(const ProcessName& process) const;
    void say(std::string line) { lines_.push_back(std::move(line)); }
    void fail(const std::string& what);
    void collect();
    sim::Fleet& world() const;

    std::unique_ptr<sim::Fleet> fleet_;
    std::unique_ptr<Recorder> recorder_;
    std::unique_ptr<sim::Invariants> invariants_;
    std::map<std::size_t, std::vector<sim::ProgramModel>> programs_;
    std::set<std::size_t> off_;  // not started by the first `run`
    bool started_ = false;
    bool failed_ = false;
    bool may_stay_restless_ = false;
    core::RequestId last_request_ = 0;
    std::map<std::size_t, core::RequestId> last_request_to_;  // by instance
    Lines lines_;
};

}  // namespace sup::scenarios
