#pragma once

#include <cstdint>

#include "common/model/enumeration.h"

// The states of the field, with the names and the codes that users, clients and peers see.
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
enum class InstanceState : std::uint8_t { Stopped, Checking, Checked, Running, Failed, Isolated };

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
}  // namespace sup
