#include "agent/shell/agent.h"

#include <unistd.h>

#include <csignal>
#include <utility>

#include "agent/shell/agent_settings.h"
#include "agent/shell/arguments_store.h"
#include "agent/shell/autorestart_warnings.h"
#include "agent/shell/boot_memory.h"
#include "agent/shell/clock.h"
#include "agent/shell/host_network.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

// A former agent leaves within three seconds; one that supervisord starts again may need more.
constexpr Duration kOpenPatience = 15_s;
constexpr Duration kOpenRetry = 200_ms;
// The core says farewell at once, or within 8 s if its supervisord is stopping; should it not, we
// leave all the same.
constexpr Duration kFarewellPatience = 9_s;
// What was written last has this much to leave.
constexpr Duration kDrain = 100_ms;
constexpr Duration kLinger = 500_ms;
constexpr unsigned kLastBound_s = 3;
// Before anything is served: what users are told of this host is not worth waiting for.
constexpr Duration kNamesPatience = 300_ms;

StartedBy who_started_us() {
    // supervisord gives both to its children, and nobody else does.
    const bool is_child = std::getenv("SUPERVISOR_ENABLED") != nullptr &&
                          std::getenv("SUPERVISOR_PROCESS_NAME") != nullptr;
    return is_child ? StartedBy::Supervisor : StartedBy::Other;
}

volatile std::sig_atomic_t exit_status_of_alarm = 0;

// Whatever hangs at the end (a full pipe behind the log, say), the end comes.
void bound_the_end(int exit_status) {
    exit_status_of_alarm = exit_status;
    std::signal(SIGALRM, [](int) { _exit(exit_status_of_alarm); });
    alarm(kLastBound_s);
}

}  // namespace

Agent::Agent(AgentSetup setup, Log& log)
    : setup_(std::move(setup)),
      log_(log),
      service_(ServiceManager::from_environment()),
      retry_(loop_.timer([this] { try_to_open(); })),
      leave_(loop_.timer([this] { end("the core did not say farewell in time"); })),
      watchdog_(loop_.timer([this] { keep_watchdog_quiet(); })),
      reloader_(loop_, setup_.configuration.path, std::move(setup_.host),
                [this](Reloaded reloaded) { on_reloaded(std::move(reloaded)); }) {
    SupervisorClient::prepare_library();
}

Agent::~Agent() = default;

Agent::Exit Agent::run() {
    listen_to_signals();
    give_up_at_ = loop_.now() + kOpenPatience;
    retry_->set(loop_.now());
    loop_.run();
    return exit_;
}

void Agent::listen_to_signals() {
    loop_.on_signal(SIGTERM, [this] { on_stop_asked(); });
    loop_.on_signal(SIGINT, [this] { on_stop_asked(); });
    loop_.on_signal(SIGHUP, [this] {
        log_.info("agent", "SIGHUP: the configuration's processes and the rules are read again");
        reloader_.reload(ReloadWhat::ConfigurationAndRules);
    });
    loop_.on_signal(SIGUSR2, [this] { log_.reopen(); });
}

void Agent::try_to_open() {
    if (is_ending_) {
        return;
    }
    auto opened = Sockets::open(loop_, setup_.configuration, socket_callbacks(), log_);
    if (opened) {
        sockets_ = std::move(*opened);
        serve();
        return;
    }
    const std::string& why = opened.error().message;
    if (loop_.now() >= give_up_at_) {
        log_.error("agent", concat(why, "; given up after ", kOpenPatience.ms / 1000, " s"));
        exit_ = Exit::Sockets;
        end("the sockets cannot be had");
        return;
    }
    if (!std::exchange(has_said_waiting_, true)) {
        log_.warning("agent", concat(why, "; a former agent may be leaving: tried again for up to ",
                                     kOpenPatience.ms / 1000, " s"));
    }
    retry_->set(loop_.now() + kOpenRetry);
}

SocketCallbacks Agent::socket_callbacks() {
    return {[this](core::Input input) {
                if (const auto* event = std::get_if<core::SupervisorEvent>(&input)) {
                    on_event(*event);
                } else if (const auto* relay = std::get_if<core::RelayConnected>(&input)) {
                    orphan_search_.learn(relay->relay_pid);
                }
                feed(std::move(input));
            },
            [this] { return driver_->queries(); },
            [this](LogLevel level) { log_.set_level(level); }};
}

void Agent::serve() {
    const auto& options = setup_.configuration.options;
    const auto& local = options.supvisors_list[options.local];
    log_.info("agent", concat("serves ", local.identifier, ": API on port ", options.api_port,
                              ", federation on port ", local.federation_port, ", relay on ",
                              options.listener_socket));
    supervisor_ = std::make_unique<SupervisorClient>(
        loop_, supervisor_address(setup_.configuration),
        [this](core::SupervisorReply reply) { feed(std::move(reply)); });
    pids_ = std::make_unique<PidWatch>(
        loop_, PidWatch::Listener{
                   [this](std::int32_t pid) { feed(core::PidEnded{pid}); },
                   [this](std::string why) { feed(core::PidWatchUnavailable{std::move(why)}); }});
    auto settings = make_settings(options, local.host, who_started_us());
    settings.network = read_host_network(kNamesPatience);
    const auto files = program_files(options);
    auto remembered = read_program_memory(files);
    for (const auto& warning : remembered.warnings) {
        log_.error("programs", warning);
    }
    settings.programs = std::move(remembered.memory);
    programs_ = std::make_unique<ProgramStore>(
        loop_, files, [this](ProgramStore::Stored stored) { on_stored(std::move(stored)); });
    const auto boot = next_boot(options.state_dir, draw_boot());
    if (boot.problem) {
        log_.error("agent", *boot.problem);
    }
    const auto clock = CoreDriver::read_clock();
    const core::Birth birth{boot.id, loop_.now(), clock.offset_ms, clock.zone};
    driver_ = std::make_unique<CoreDriver>(
        loop_, core::AgentCore(std::move(settings), birth, std::move(setup_.rules)),
        [this](core::Command command) { carry_out(std::move(command)); });
    read_arguments();
    feed(core::ConfigurationRead{std::move(setup_.configuration.processes)});
    feed(core::Wake{});
    sockets_->open_discovery(options, std::move(setup_.discovery_key));
    service_.ready();
    keep_watchdog_quiet();
}

// Before anybody is served: a few small files.
void Agent::read_arguments() {
    auto reading = ArgumentsStore(setup_.configuration.options.state_dir).read();
    for (const auto& problem : reading.damaged) {
        log_.warning("arguments", concat(problem, ": taken for no extra arguments"));
    }
    feed(core::ArgumentsRead{std::move(reading.items)});
}

void Agent::feed(core::Input input) {
    if (driver_ != nullptr && !is_ending_) {
        driver_->feed(std::move(input));
    }
}

void Agent::carry_out(core::Command command) {
    std::visit(
        Overloaded{
            [this](const core::SendToPeer& send) {
                sockets_->link().send(send.peer, send.message);
            },
            [this](const core::SendToPeers& send) {
                sockets_->link().send_all(send.peers, send.message);
            },
            [this](const core::Announce& announce) { sockets_->announce(announce.announcement); },
            [this](const core::ConnectPeer& peer) { sockets_->connect(peer); },
            [this](const core::DisconnectPeer& peer) { sockets_->disconnect(peer); },
            [this](core::CallSupervisor& call) { supervisor_->call(std::move(call)); },
            [this](const core::NudgeSupervisor&) { sockets_->relay().nudge(); },
            [this](const core::WatchPid& watch) { pids_->watch(watch.pid); },
            [this](const core::UnwatchPid& unwatch) { pids_->unwatch(unwatch.pid); },
            [this](const core::SignalPid& signal) { signal_pid(signal); },
            [this](core::StorePrograms& store) { programs_->store(std::move(store)); },
            [this](const core::ServeRemoteCall& call) { sockets_->api().serve(call); },
            [this](const core::AnswerRemoteCall& answer) { sockets_->api().on_answer(answer); },
            [this](const core::FindOrphans& find) {
                feed(core::OrphansFound{orphan_search_.find(find.ago)});
            },
            [this](const core::AnswerOperator& answer) { sockets_->api().on_answer(answer); },
            [this](const core::PublishEvent& event) { sockets_->publish(event); },
            [this](const core::Note& note) { log_.write(note.level, note.category, note.text); },
            [this](const core::Terminate& terminate) { end(terminate.reason); },
        },
        command);
}

void Agent::signal_pid(const core::SignalPid& command) {
    const char* name = command.signal == core::Signal::Kill ? "SIGKILL" : "SIGTERM";
    if (const auto failed = pids_->signal(command.pid, command.signal)) {
        log_.error("orphans", concat(name, " could not be sent: ", *failed));
        return;
    }
    log_.info("orphans", concat(name, " sent to pid ", command.pid));
}

// A group that was added may come from files that have changed since they were read.
void Agent::on_event(const core::SupervisorEvent& event) {
    const auto* group = std::get_if<core::ProcessGroupEvent>(&event.event);
    if (group != nullptr && group->added) {
        reloader_.reload(ReloadWhat::Configuration);
    }
}

void Agent::on_stop_asked() {
    if (std::exchange(is_stop_asked_, true) || driver_ == nullptr) {
        end("stopped by a signal");
        return;
    }
    log_.info("agent", "asked to stop by a signal");
    leave_->set(loop_.now() + kFarewellPatience);
    feed(core::StopAsked{});
}

// Once supervisord's configuration has changed, what it says now is told first.
void Agent::on_stored(ProgramStore::Stored stored) {
    core::ProgramsStored done{stored.id, std::move(stored.problem)};
    if (!stored.overlay_changed && stored_.empty()) {
        feed(std::move(done));
        return;
    }
    stored_.push_back(std::move(done));
    reloader_.reload(ReloadWhat::Configuration);
}

void Agent::on_reloaded(Reloaded reloaded) {
    std::optional<std::string> problem;
    if (const auto* failure = std::get_if<config::ConfigurationFailure>(&reloaded.configuration)) {
        problem =
            failure->errors.empty() ? "the configuration cannot be read" : failure->errors.front();
    }
    take_reloaded(std::move(reloaded));
    for (auto& done : std::exchange(stored_, {})) {
        done.problem = done.problem ? done.problem : problem;
        feed(std::move(done));
    }
}

void Agent::take_reloaded(Reloaded reloaded) {
    if (const auto* failure = std::get_if<config::ConfigurationFailure>(&reloaded.configuration)) {
        for (const auto& error : failure->errors) {
            log_.error("configuration", concat(error, "; what was read before stays in force"));
        }
        return;
    }
    auto processes = std::move(std::get<config::Configuration>(reloaded.configuration).processes);
    if (reloaded.rules) {
        take_rules(std::move(*reloaded.rules), processes);
    }
    feed(core::ConfigurationRead{std::move(processes)});
}

void Agent::take_rules(RulesReading rules, std::span<const ProcessConfig> processes) {
    std::visit(
        Overloaded{[this](const rules::LoadFailure& failure) {
                       for (const auto& error : failure.errors) {
                           log_.error("rules", concat(error, "; the rules in force stay"));
                       }
                   },
                   [&](rules::LoadedRules& loaded) {
                       for (const auto& warning : loaded.warnings) {
                           log_.warning("rules", warning);
                       }
                       for (const auto& warning : autorestart_warnings(processes, loaded.rules)) {
                           log_.warning("configuration", warning);
                       }
                       feed(core::RulesReplaced{std::move(loaded.rules)});
                   }},
        rules.outcome);
}

// Nothing more is decided; what is under way in the sockets has a moment to leave.
void Agent::end(const std::string& reason) {
    if (std::exchange(is_ending_, true)) {
        loop_.stop();
        return;
    }
    log_.info("agent", concat("ends: ", reason));
    service_.stopping();
    bound_the_end(static_cast<int>(exit_));
    if (sockets_ != nullptr) {
        sockets_->say_farewell(kLinger);
    }
    leave_->set(loop_.now() + (sockets_ == nullptr ? 0_ms : kDrain));
}

void Agent::keep_watchdog_quiet() {
    if (const auto period = service_.watchdog_period()) {
        service_.alive();
        watchdog_->set(loop_.now() + *period / 2);
    }
}

}  // namespace sup::shell
