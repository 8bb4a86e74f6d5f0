#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/time.h"
#include "common/model/instance_states.h"
#include "common/model/network.h"
#include "common/model/orders.h"
#include "common/model/process_record.h"
#include "common/model/remote_calls.h"
#include "common/model/requests.h"
#include "common/model/states.h"
#include "common/model/strategies.h"
#include "common/model/supervisor_session.h"

// What agents say to each other. Plain data: the bytes are the codec's business.
//
// Each agent has one stream of publications (StateModes, ProcessChanged, ProcessRemoved,
// IntentChanged, ProcessForced), numbered from 1 at its start and sent to every active peer. Every
// message carries the number of the last publication, so that any message reveals a gap; a gap, or
// a tick whose digest differs, leads to a SnapshotRequest. Ticks, handshakes, probes, orders,
// requests and their answers are not part of the stream: they are repeated by their sender or
// replaced by the next one.
namespace sup {

// One run of an agent: two starts are two senders. The wall clock at the start in milliseconds,
// then 20 random bits: a later run has a greater id, unless its clock was set back.
using BootId = std::uint64_t;
// Grows with each election. Orders of a lower term than accepted are refused.
using Term = std::uint64_t;
// Number of a publication in the stream of one boot.
using Sequence = std::uint64_t;

inline constexpr std::uint32_t kProtocolVersion = 5;

struct Tick {
    std::uint32_t counter = 0;  // from 0 at the start of the agent
    Instant instant;            // sender's monotonic clock
    WallTime wall;
    std::uint64_t digest = 0;  // of all that the sender has published and still holds
};

// Who the sender is and how it is set up: compared at the handshake.
struct PeerIdentity {
    std::string nick;
    std::string node;  // equal for two instances of one node (O-65)
    std::int32_t api_port = 0;
    std::vector<std::string> stereotypes;
    std::map<std::string, std::string> options;  // options that must be equal, by name (O-46)
    std::uint64_t rules_digest = 0;
    SupervisorSession supervisor;
    NetworkFacts network;
};
// "Here is who I am; do you accept me? Then tell me who you are and send a snapshot."
struct Hello {
    PeerIdentity identity;
};
enum class HelloVerdict { Accepted, Refused, NotReady };
struct HelloAnswer {
    HelloVerdict verdict = HelloVerdict::NotReady;
    std::vector<std::string> reasons;  // of a refusal: option, value here, value there
    PeerIdentity identity;
};

struct StateModes {
    FsmState fsm = FsmState::Off;
    std::string master;  // identifier, empty when none
    Term term = 0;       // of that Master, as far as known
    bool degraded = false;
    bool starting_jobs = false;
    bool stopping_jobs = false;
    InstanceStates instance_states;  // as the sender sees them
    bool operator==(const StateModes&) const = default;
};
struct ProcessChanged {
    ProcessRecord record;
};
struct ProcessRemoved {
    ProcessName process;
};
// What is wanted of one process: decided by the Master, held by everybody, so that a new Master
// goes on. Due: a start job has not dealt with it yet. Wanted: it was started, and is to run.
// Done: it ended well, and is not to be started again.
enum class ProcessIntent { None, Due, Wanted, StoppedByUser, Done };
struct Intent {
    ProcessName process;
    ProcessIntent intent = ProcessIntent::None;
    std::string extra_args;
    StartingStrategy strategy = StartingStrategy::Config;  // of the start that is due
    bool operator==(const Intent&) const = default;
};
struct IntentChanged {
    Intent intent;
};
// A state imposed for display (B-107, B-182): by the Master when a start or a stop was not
// confirmed, by any instance for a process of its own that could not be executed (start_args).
struct ProcessForced {
    ProcessName process;
    ProcessState state = ProcessState::Fatal;
    std::string reason;
    std::string identifier;  // of the target; empty when none could be chosen
    Instant event_instant;   // last event known from the target, in its clock
};

struct SnapshotRequest {};
struct Snapshot {
    StateModes modes;
    std::vector<ProcessRecord> processes;
    std::vector<Intent> intents;
    Term intents_term = 0;  // of the Master that last had a word in them; 0: nobody yet
};

// "Do you still hear this instance?" asked before a silent peer is declared lost.
struct Probe {
    std::string about;
};
struct ProbeAnswer {
    std::string about;
    bool heard = false;  // within its own inactivity limit
};

enum class GoodbyeReason {
    AgentStops,       // supervisord goes on without its agent: an upgrade, most likely
    SupervisorLost,   // supervisord died; its processes end now, one ProcessChanged each
    SupervisorStops,  // supervisord stops in order, one ProcessChanged for each process
};
struct Goodbye {
    GoodbyeReason reason = GoodbyeReason::AgentStops;
    Duration drain;  // until then, what runs there is lost only once it is said to be down
};

// A request received by an instance that is not Master. Repeated until answered; idempotent by id.
struct ForwardedRequest {
    std::uint64_t id = 0;
    Request request;
};
// How much of an instance's stream was read.
struct StreamPosition {
    std::string identifier;
    BootId boot = 0;
    Sequence sequence = 0;
};
struct ForwardedAnswer {
    std::uint64_t id = 0;
    Answer answer;
    std::vector<StreamPosition> read;  // by the Master when it answered, itself included
};

// A user asked the sender to forget a discovered instance that is gone (O-74).
struct Forget {
    std::string identifier;
};

using Payload = std::variant<Tick, Hello, HelloAnswer, StateModes, ProcessChanged, ProcessRemoved,
                             IntentChanged, ProcessForced, SnapshotRequest, Snapshot, Probe,
                             ProbeAnswer, Goodbye, Orders, OrderResults, ForwardedRequest,
                             ForwardedAnswer, RemoteCall, RemoteAnswer, Forget>;

struct Message {
    std::uint32_t version = kProtocolVersion;
    std::string sender;  // identifier
    BootId sender_boot = 0;
    BootId receiver_boot = 0;  // as the sender knows it; 0: unknown
    Sequence sequence = 0;     // its own number for a publication, else that of the last one
    Term term = 0;             // highest term accepted by the sender
    Payload payload;
};

// Whether the payload is numbered in the stream of its sender.
constexpr bool is_publication(const Payload& payload) {
    return std::holds_alternative<StateModes>(payload) ||
           std::holds_alternative<ProcessChanged>(payload) ||
           std::holds_alternative<ProcessRemoved>(payload) ||
           std::holds_alternative<IntentChanged>(payload) ||
           std::holds_alternative<ProcessForced>(payload);
}

}  // namespace sup
