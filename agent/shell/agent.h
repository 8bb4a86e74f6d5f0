#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/core/command.h"
#include "agent/shell/core_driver.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/log.h"
#include "agent/shell/orphan_search.h"
#include "agent/shell/pid_watch.h"
#include "agent/shell/program_store.h"
#include "agent/shell/reloader.h"
#include "agent/shell/rules_files.h"
#include "agent/shell/sd_notify.h"
#include "agent/shell/sockets.h"
#include "agent/shell/supervisor_client.h"
#include "common/config/supervisor_config.h"
#include "rules/model.h"

namespace sup::shell {

// What was read before anything was opened.
struct AgentSetup {
    config::Configuration configuration;
    config::HostFacts host;
    rules::RuleSet rules;
    codec::DiscoveryKey discovery_key;
};

// The whole agent around its core.
//
// *Opening*: the sockets are tried until all of them are ours; another agent that holds them is
// waited for, up to a limit. *Serving*: the core decides, its commands are carried out. *Ending*:
// the core has said that nothing is left to do; what was sent has a moment to leave.
class Agent {
public:
    Agent(AgentSetup setup, Log& log);
    ~Agent();
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    enum class Exit { Orderly = 0, Sockets = 3 };
    Exit run();

private:
    void listen_to_signals();
    void try_to_open();
    void serve();
    void read_arguments();
    void feed(core::Input input);
    SocketCallbacks socket_callbacks();

    void carry_out(core::Command command);
    void signal_pid(const core::SignalPid& command);
    void on_event(const core::SupervisorEvent& event);

    void on_stop_asked();
    void on_reloaded(Reloaded reloaded);
    void take_reloaded(Reloaded reloaded);
    void take_rules(RulesReading rules, std::span<const ProcessConfig> processes);
    void on_stored(ProgramStore::Stored stored);
    void end(const std::string& reason);
    void keep_watchdog_quiet();

    AgentSetup setup_;
    Log& log_;
    ServiceManager service_;
    EventLoop loop_;
    std::unique_ptr<EventLoop::Timer> retry_;
    std::unique_ptr<EventLoop::Timer> leave_;
    std::unique_ptr<EventLoop::Timer> watchdog_;
    Instant give_up_at_;
    bool has_said_waiting_ = false;
    bool is_stop_asked_ = false;
    bool is_ending_ = false;
    Exit exit_ = Exit::Orderly;
    Reloader reloader_;
    std::vector<core::ProgramsStored> stored_;  // told once the configuration is read again
    std::unique_ptr<ProgramStore> programs_;
    std::unique_ptr<SupervisorClient> supervisor_;
    std::unique_ptr<PidWatch> pids_;
    OrphanSearch orphan_search_;
    std::unique_ptr<CoreDriver> driver_;
    std::unique_ptr<Sockets> sockets_;
};

}  // namespace sup::shell
