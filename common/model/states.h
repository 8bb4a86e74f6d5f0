#pragma once

#include "common/model/enumeration.h"

// The enumerations of the field, with the names and the codes that users, clients and peers see.
// Codes are those of Supvisors 0.19 and of Supervisor 4.2: they are part of the interface.
namespace sup {

// State of a process as supervisord reports it; Deleted exists in published events only.
enum class ProcessState {
    Deleted = -1,
    Stopped = 0,
    Starting = 10,
    Running = 20,
    Backoff = 30,
    Stopping = 40,
    Exited = 100,
    Fatal = 200,
    Unknown = 1000,
};

// running-like: it holds, or is about to hold, its resources.
constexpr bool is_running_like(ProcessState state) {
    return state == ProcessState::Starting || state == ProcessState::Running ||
           state == ProcessState::Backoff;
}
// stopped-like: it may be started. Stopping is neither (section 0 of the reference).
constexpr bool is_stopped_like(ProcessState state) {
    return state == ProcessState::Stopped || state == ProcessState::Exited ||
           state == ProcessState::Fatal || state == ProcessState::Unknown;
}

// State of one instance in the eyes of another (or of itself).
enum class InstanceState { Stopped, Checking, Checked, Running, Failed, Isolated };

// State of the federation's machine on one instance; "the" state is the Master's.
enum class FsmState {
    Off,
    Synchronization,
    Election,
    Distribution,
    Operation,
    Conciliation,
    Restarting,
    ShuttingDown,
    Final,
};

enum class ApplicationState { Stopped, Starting, Running, Stopping, Deleted };

enum class StartingStrategy {
    Config,
    LessLoaded,
    MostLoaded,
    Local,
    LessLoadedNode,
    MostLoadedNode
};
enum class ConciliationStrategy { Senicide, Infanticide, User, Stop, Restart, RunningFailure };
enum class StartingFailureStrategy { Abort, Stop, Continue };
enum class RunningFailureStrategy {
    Continue,
    RestartProcess,
    StopApplication,
    RestartApplication,
    Shutdown,
    Restart
};
enum class SupvisorsFailureStrategy { Continue, Resync, Shutdown };
enum class DistributionRule { AllInstances, SingleInstance, SingleNode };
enum class SynchronizationOption { Strict, List, Timeout, Core, User };
enum class EventLink { None, Zmq, WebSocket };
enum class LogLevel {
    Blather = 3,
    Trace = 5,
    Debug = 10,
    Info = 20,
    Warn = 30,
    Error = 40,
    Critical = 50
};

template <>
inline constexpr auto kNamesOf<ProcessState> = std::to_array<Named<ProcessState>>({
    {ProcessState::Deleted, "DELETED"},
    {ProcessState::Stopped, "STOPPED"},
    {ProcessState::Starting, "STARTING"},
    {ProcessState::Running, "RUNNING"},
    {ProcessState::Backoff, "BACKOFF"},
    {ProcessState::Stopping, "STOPPING"},
    {ProcessState::Exited, "EXITED"},
    {ProcessState::Fatal, "FATAL"},
    {ProcessState::Unknown, "UNKNOWN"},
});
template <>
inline constexpr auto kNamesOf<InstanceState> = std::to_array<Named<InstanceState>>({
    {InstanceState::Stopped, "STOPPED"},
    {InstanceState::Checking, "CHECKING"},
    {InstanceState::Checked, "CHECKED"},
    {InstanceState::Running, "RUNNING"},
    {InstanceState::Failed, "FAILED"},
    {InstanceState::Isolated, "ISOLATED"},
});
template <>
inline constexpr auto kNamesOf<FsmState> = std::to_array<Named<FsmState>>({
    {FsmState::Off, "OFF"},
    {FsmState::Synchronization, "SYNCHRONIZATION"},
    {FsmState::Election, "ELECTION"},
    {FsmState::Distribution, "DISTRIBUTION"},
    {FsmState::Operation, "OPERATION"},
    {FsmState::Conciliation, "CONCILIATION"},
    {FsmState::Restarting, "RESTARTING"},
    {FsmState::ShuttingDown, "SHUTTING_DOWN"},
    {FsmState::Final, "FINAL"},
});
template <>
inline constexpr auto kNamesOf<ApplicationState> = std::to_array<Named<ApplicationState>>({
    {ApplicationState::Stopped, "STOPPED"},
    {ApplicationState::Starting, "STARTING"},
    {ApplicationState::Running, "RUNNING"},
    {ApplicationState::Stopping, "STOPPING"},
    {ApplicationState::Deleted, "DELETED"},
});
template <>
inline constexpr auto kNamesOf<StartingStrategy> = std::to_array<Named<StartingStrategy>>({
    {StartingStrategy::Config, "CONFIG"},
    {StartingStrategy::LessLoaded, "LESS_LOADED"},
    {StartingStrategy::MostLoaded, "MOST_LOADED"},
    {StartingStrategy::Local, "LOCAL"},
    {StartingStrategy::LessLoadedNode, "LESS_LOADED_NODE"},
    {StartingStrategy::MostLoadedNode, "MOST_LOADED_NODE"},
});
template <>
inline constexpr auto kNamesOf<ConciliationStrategy> = std::to_array<Named<ConciliationStrategy>>({
    {ConciliationStrategy::Senicide, "SENICIDE"},
    {ConciliationStrategy::Infanticide, "INFANTICIDE"},
    {ConciliationStrategy::User, "USER"},
    {ConciliationStrategy::Stop, "STOP"},
    {ConciliationStrategy::Restart, "RESTART"},
    {ConciliationStrategy::RunningFailure, "RUNNING_FAILURE"},
});
template <>
inline constexpr auto kNamesOf<StartingFailureStrategy> =
    std::to_array<Named<StartingFailureStrategy>>({
        {StartingFailureStrategy::Abort, "ABORT"},
        {StartingFailureStrategy::Stop, "STOP"},
        {StartingFailureStrategy::Continue, "CONTINUE"},
    });
template <>
inline constexpr auto kNamesOf<RunningFailureStrategy> =
    std::to_array<Named<RunningFailureStrategy>>({
        {RunningFailureStrategy::Continue, "CONTINUE"},
        {RunningFailureStrategy::RestartProcess, "RESTART_PROCESS"},
        {RunningFailureStrategy::StopApplication, "STOP_APPLICATION"},
        {RunningFailureStrategy::RestartApplication, "RESTART_APPLICATION"},
        {RunningFailureStrategy::Shutdown, "SHUTDOWN"},
        {RunningFailureStrategy::Restart, "RESTART"},
    });
template <>
inline constexpr auto kNamesOf<SupvisorsFailureStrategy> =
    std::to_array<Named<SupvisorsFailureStrategy>>({
        {SupvisorsFailureStrategy::Continue, "CONTINUE"},
        {SupvisorsFailureStrategy::Resync, "RESYNC"},
        {SupvisorsFailureStrategy::Shutdown, "SHUTDOWN"},
    });
template <>
inline constexpr auto kNamesOf<DistributionRule> = std::to_array<Named<DistributionRule>>({
    {DistributionRule::AllInstances, "ALL_INSTANCES"},
    {DistributionRule::SingleInstance, "SINGLE_INSTANCE"},
    {DistributionRule::SingleNode, "SINGLE_NODE"},
});
template <>
inline constexpr auto kNamesOf<SynchronizationOption> =
    std::to_array<Named<SynchronizationOption>>({
        {SynchronizationOption::Strict, "STRICT"},
        {SynchronizationOption::List, "LIST"},
        {SynchronizationOption::Timeout, "TIMEOUT"},
        {SynchronizationOption::Core, "CORE"},
        {SynchronizationOption::User, "USER"},
    });
template <>
inline constexpr auto kNamesOf<EventLink> = std::to_array<Named<EventLink>>({
    {EventLink::None, "NONE"},
    {EventLink::Zmq, "ZMQ"},
    {EventLink::WebSocket, "WS"},
});
template <>
inline constexpr auto kNamesOf<LogLevel> = std::to_array<Named<LogLevel>>({
    {LogLevel::Blather, "blather"},
    {LogLevel::Trace, "trace"},
    {LogLevel::Debug, "debug"},
    {LogLevel::Info, "info"},
    {LogLevel::Warn, "warn"},
    {LogLevel::Error, "error"},
    {LogLevel::Critical, "critical"},
});

}  // namespace sup
