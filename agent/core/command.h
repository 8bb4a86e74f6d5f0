#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/input.h"
#include "common/base/ids.h"
#include "common/model/infos.h"
#include "common/model/messages.h"
#include "common/model/program_memory.h"
#include "common/model/requests.h"
#include "common/model/states.h"

// Everything that the core can ask of its shell. Commands run in order.
namespace sup::core {

struct SendToPeer {
    InstanceId peer;
    Message message;
};
// The same message to several peers: encoded once (receiver_boot is 0).
struct SendToPeers {
    std::vector<InstanceId> peers;
    Message message;
};

// To all who listen to our multicast group, ourselves included.
struct Announce {
    Announcement announcement;
};
// A discovered instance: messages to `peer` go to its federation port from now on. A new number is
// the next one; an old one is that of the same instance, which was forgotten.
struct ConnectPeer {
    InstanceId peer;
    std::string identifier;
    std::string host;
    std::uint16_t federation_port = 0;
};

// It was forgotten.
struct DisconnectPeer {
    InstanceId peer;
};

// Calls to the local supervisord: one at a time, in order, each with a deadline of its own.
struct ReadEverything {};  // getAllProcessInfo and getAllConfigInfo, with the session of the daemon
struct ReadProcesses {
    std::vector<std::string> namespecs;  // `group:name`, at most 10
};
struct StartProcesses {
    std::vector<std::string> namespecs;  // at most 10, without waiting
};
struct StopProcesses {
    std::vector<std::string> namespecs;  // at most 10, without waiting
};
// Not for supervisord, but in order with what is: extra arguments are left where supvisors-exec
// finds them, one process each, at most 10. They are on the disk for good when this is answered, by
// one verdict each.
struct LeaveArguments {
    std::vector<ExtraArguments> items;
};
struct RestartSupervisor {};
struct ShutdownSupervisor {};
struct ReloadConfiguration {};  // changes nothing of what runs
struct RemoveGroup {
    std::string group;
};
struct AddGroup {
    std::string group;
};
struct CallSupervisor {
    CallId id = 0;
    std::variant<ReadEverything, ReadProcesses, StartProcesses, StopProcesses, RestartSupervisor,
                 ShutdownSupervisor, LeaveArguments, ReloadConfiguration, RemoveGroup, AddGroup>
        call;
};

// One byte on the relay's stderr: supervisord's loop turns.
struct NudgeSupervisor {};
struct WatchPid {
    std::int32_t pid = 0;
};
struct UnwatchPid {
    std::int32_t pid = 0;
};
// For orphans of a dead supervisord only.
enum class Signal { Term, Kill };
struct SignalPid {
    std::int32_t pid = 0;
    Signal signal = Signal::Term;
};

// To the disk: what is remembered of programs, and the overlay of supervisord's configuration where
// there is one. Answered by ProgramsStored.
struct StorePrograms {
    std::uint64_t id = 0;
    ProgramMemory memory;
    std::vector<OverlaySection> overlay;
};
// Processes of this host that are children of the supervisord that died `ago`, and outlive it:
// answered by OrphansFound, always.
struct FindOrphans {
    Duration ago;
};

struct AnswerOperator {
    RequestId id = 0;
    Answer answer;
};

// A call that a client made to another instance, to be answered by our interface. `peer` is whose
// client it is.
struct ServeRemoteCall {
    InstanceId peer;
    std::uint64_t id = 0;
    std::string body;
    std::string authorization;
};
struct AnswerRemoteCall {
    RequestId id = 0;
    std::variant<RemoteResponse, Fault> answer;
};

// An event for the event socket, in the order of events.md section 7. A process that has just been
// removed everywhere has the state Deleted.
struct PublishEvent {
    std::variant<SupvisorsInfo, InstanceInfo, ApplicationInfo, ProcessEventInfo, ProcessInfo> event;
};

// A line of the log. Decisions carry their reason.
enum class NoteLevel { Debug, Info, Warning, Error };
struct Note {
    NoteLevel level = NoteLevel::Info;
    std::string_view category;  // a literal: membership, election, fsm, placement, …
    std::string text;
};

// The agent has nothing left to do: it ends.
struct Terminate {
    std::string reason;
};

using Command =
    std::variant<SendToPeer, SendToPeers, Announce, ConnectPeer, DisconnectPeer, CallSupervisor,
                 NudgeSupervisor, WatchPid, UnwatchPid, SignalPid, FindOrphans, StorePrograms,
                 ServeRemoteCall, AnswerRemoteCall, AnswerOperator, PublishEvent, Note, Terminate>;

}  // namespace sup::core
