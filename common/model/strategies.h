#pragma once

#include "common/model/enumeration.h"

// What options, rules and requests choose from, with the names and the codes that users, clients
// and peers see. Codes are those of Supvisors 0.19.
namespace sup {

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
// What an instance does that sees no majority of supvisors_list (Pacemaker's word): nothing
// special, no automatic action, or an ordered stop of the managed applications.
enum class NoQuorumPolicy { Ignore, Freeze, Stop };
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
inline constexpr auto kNamesOf<NoQuorumPolicy> = std::to_array<Named<NoQuorumPolicy>>({
    {NoQuorumPolicy::Ignore, "IGNORE"},
    {NoQuorumPolicy::Freeze, "FREEZE"},
    {NoQuorumPolicy::Stop, "STOP"},
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
    {LogLevel::Critical, "critical"},
    {LogLevel::Error, "error"},
    {LogLevel::Warn, "warn"},
    {LogLevel::Info, "info"},
    {LogLevel::Debug, "debug"},
    {LogLevel::Trace, "trace"},
    {LogLevel::Blather, "blather"},
});

}  // namespace sup
