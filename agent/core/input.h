#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/supervisor_reply.h"
#include "common/base/ids.h"
#include "common/model/announcement.h"
#include "common/model/extra_arguments.h"
#include "common/model/local_requests.h"
#include "common/model/messages.h"
#include "common/model/process_record.h"
#include "common/model/requests.h"
#include "rules/model.h"

// Everything that can happen to an agent. One input and the time go into AgentCore::step.
namespace sup::core {

// Time has passed: the deadline asked for by next_deadline() is reached.
struct Wake {};

// The wall clock was read, or has jumped. Display only.
struct WallClockRead {
    std::int64_t offset_ms = 0;  // wall clock minus monotonic clock
    Duration zone = {};          // local time minus UTC
};

// --- peers ---

// Shared: in a simulated world one message reaches a thousand peers.
struct PeerMessage {
    std::shared_ptr<const Message> message;
};
// A hint about the road to a peer. Connected: a connection was made just now. Refused: its port
// answers with a refusal, so its agent is not there (its supervisord may be).
enum class LinkState { Connected, Disconnected, Refused };
struct PeerLinkChanged {
    InstanceId peer;
    LinkState state = LinkState::Disconnected;
};

// Somebody announces itself to our multicast group. Whoever sent it, the form is as it should be.
struct AnnouncementHeard {
    Announcement announcement;
};

// --- the local supervisord ---

// The relay introduced itself: events come from now on, those before may be lost.
struct RelayConnected {
    SupervisorSession supervisor;
    std::int32_t relay_pid = 0;
};
enum class RelayEnd {
    Terminated,      // SIGTERM: the listener or supervisord itself is being stopped in order
    StdinClosed,     // supervisord is gone
    ConnectionLost,  // no farewell: the relay died or the socket broke
};
struct RelayLost {
    RelayEnd end = RelayEnd::ConnectionLost;
};

struct ProcessStateEvent {
    ProcessName process;
    ProcessState from_state = ProcessState::Unknown;
    ProcessState state = ProcessState::Unknown;
    bool expected = true;    // of EXITED
    std::int32_t pid = 0;    // 0 where the event has none (STARTING, FATAL, BACKOFF)
    std::int32_t tries = 0;  // of STARTING and BACKOFF
};
struct ProcessGroupEvent {
    std::string group;
    bool added = true;
};
struct SupervisorStopping {};
struct SupervisorRunning {};
struct SupervisorTick {};
struct OtherEvent {};  // counted for its serial only
struct SupervisorEvent {
    std::uint64_t poolserial = 0;
    std::variant<ProcessStateEvent, ProcessGroupEvent, SupervisorStopping, SupervisorRunning,
                 SupervisorTick, OtherEvent>
        event;
};
// The relay had to drop events: as good as a gap.
struct EventsDropped {};

// A watched pid has ended (or was not there when the watch began).
struct PidEnded {
    std::int32_t pid = 0;
};
struct FoundOrphan {
    ProcessName process;
    std::int32_t pid = 0;
};
struct OrphansFound {
    std::vector<FoundOrphan> orphans;
};
// This host cannot watch pids (old kernel, other pid namespace).
struct PidWatchUnavailable {
    std::string reason;
};

// The configuration files were read: what XML-RPC does not tell.
struct ConfigurationRead {
    std::vector<ProcessConfig> processes;
};

// The extra arguments that a former run of the agent left, read once, before all else.
struct ArgumentsRead {
    std::vector<ExtraArguments> items;
};

// What StorePrograms asked for is done; the configuration, if it has changed, was read before.
struct ProgramsStored {
    std::uint64_t id = 0;
    std::optional<std::string> problem;
};

// --- operators ---

using RequestId = std::uint64_t;
struct OperatorRequest {
    RequestId id = 0;
    Request request;
};
struct LocalOperatorRequest {  // of this instance alone; the ids are those of OperatorRequest
    RequestId id = 0;
    LocalRequest request;
};
// A client calls the interface of another instance; the ids are those of OperatorRequest.
struct RemoteCallAsked {
    RequestId id = 0;
    std::string instance;  // identifier, nick identifier, or stereotype of one
    std::string body;
    std::string authorization;
};
// The answer to ServeRemoteCall.
struct RemoteCallServed {
    InstanceId peer;
    std::uint64_t id = 0;
    RemoteResponse response;
};
// The client of a waiting request is gone: no answer is expected any more, the job goes on.
struct OperatorGone {
    RequestId id = 0;
};
struct RulesReplaced {
    rules::RuleSet rules;
};
// SIGTERM: leave, announced.
struct StopAsked {};

using Input =
    std::variant<Wake, WallClockRead, PeerMessage, PeerLinkChanged, AnnouncementHeard,
                 RelayConnected, RelayLost, SupervisorEvent, EventsDropped, SupervisorReply,
                 PidEnded, OrphansFound, PidWatchUnavailable, ConfigurationRead, ArgumentsRead,
                 OperatorRequest, LocalOperatorRequest, RemoteCallAsked, RemoteCallServed,
                 OperatorGone, ProgramsStored, RulesReplaced, StopAsked>;

}  // namespace sup::core
