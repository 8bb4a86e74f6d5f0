#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "agent/core/agent_core.h"
#include "agent/core/federation/governor.h"
#include "agent/core/federation/postman.h"
#include "agent/core/inventory/inventory.h"
#include "agent/core/local/order_desk.h"
#include "agent/core/local/orphans.h"
#include "agent/core/local/supervisor_link.h"
#include "agent/core/membership/discovery.h"
#include "agent/core/membership/fences.h"
#include "agent/core/membership/handshake.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/membership/liveness.h"
#include "agent/core/operations/desk.h"
#include "agent/core/operations/local_desk.h"
#include "agent/core/operations/program_desk.h"
#include "agent/core/operations/remote_calls.h"
#include "agent/core/sequencing/director.h"
#include "agent/core/view.h"

namespace sup::core {

// The parts of one core and the order in which they work. A step first records what was observed
// (on_…), then lets pass what is due (run_due), then settles the consequences in a fixed sequence
// until nothing moves, then tells the peers and the event socket.
//
// How far the consequences of an input may reach decides how much of that is done: a peer's tick
// that changes nothing ends after the first part, the news of a peer's process leaves alone who
// takes part and who is Master.
enum class Reach { Nothing, Processes, Everything };

struct AgentCore::Parts {
    Parts(Settings settings, Birth birth, rules::RuleSet rules);
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    void step(Instant now, const Input& input, Outbox& out);
    Instant deadline(Instant now) const;

    // agent_core.cc: one input each
    void dispatch(Instant now, const Input& input, Outbox& out);
    void detect_freeze(Instant now, Outbox& out);
    void rejoin(Instant now, Outbox& out);
    void drop_peer(Instant now, InstanceId peer, const std::string& reason);
    void on_wall_clock(const WallClockRead& read);
    void on_link(Instant now, const PeerLinkChanged& link, Outbox& out);
    void on_local_request(Instant now, const LocalOperatorRequest& request, Outbox& out);
    void forget_client(RequestId request);
    void run_due(Instant now, Outbox& out);
    void on_stop_asked(Instant now, Outbox& out);

    // peers.cc: messages
    void on_message(Instant now, const Message& message, Outbox& out);
    void deliver(Instant now, InstanceId sender, const Message& message, Outbox& out);
    bool is_from_a_former_run(Instant now, const Instance& instance, BootId boot) const;
    bool admit(Instant now, InstanceId peer, const Message& message, Outbox& out);
    void on_tick(Instant now, InstanceId peer, const Message& message, Outbox& out);
    bool in_sequence(Instant now, InstanceId peer, const Message& message, Outbox& out);
    void on_publication(Instant now, InstanceId peer, const Message& message, Outbox& out);
    void on_snapshot(Instant now, InstanceId peer, const Message& message, Outbox& out);
    void take_modes(InstanceId peer, const StateModes& modes);
    bool has_left(Instant now, InstanceId peer, const StateModes& modes, Outbox& out);
    void expect_session(Instant now, InstanceId peer, const SupervisorSession& session,
                        Outbox& out);
    bool tells_what_is_wanted(InstanceId peer, const Message& message) const;
    bool believes(InstanceId peer, const Snapshot& snapshot) const;
    bool is_its_own_master(InstanceId peer) const;
    void on_orders(InstanceId peer, const Message& message, const Orders& orders, Outbox& out);
    void ask_snapshot(Instant now, InstanceId peer, Outbox& out);
    void send_snapshot(InstanceId peer, Outbox& out) const;
    void on_draining_news(Instant now, InstanceId peer, const ProcessRecord& record);
    bool is_our_master(InstanceId peer) const;

    // discovering.cc: those who announce themselves
    void on_announced(Instant now, const Announcement& heard, Outbox& out);
    void take_in(Instant now, const Announcement& heard, Outbox& out);
    std::string why_kept(Instant now, InstanceId id) const;
    void forget(Instant now, InstanceId id, const std::string& why, Outbox& out);
    Answer on_forget_request(Instant now, const ForgetInstance& request, Outbox& out);
    void on_forget(Instant now, InstanceId sender, const Forget& forget, Outbox& out);
    void forget_expired(Instant now, Outbox& out);

    // local_news.cc: what the local supervisord told
    void take_local_news(Instant now, Outbox& out);
    void on_local(Instant now, const LocalSnapshot& news, Outbox& out);
    void doubt_peers(Instant now);
    void on_local(Instant now, const LocalChange& news, Outbox& out);
    void on_local(Instant now, const LocalRemoval& news, Outbox& out);
    void on_local(Instant now, const LocalOrderDone& news, Outbox& out);
    void on_local(Instant now, const LocalGroupStep& news, Outbox& out);
    void on_local(Instant now, const LocalStopping& news, Outbox& out);
    void on_local(Instant now, const LocalGone& news, Outbox& out);
    void on_local(Instant now, const LocalPidEnded& news, Outbox& out);
    void leave(Instant now, GoodbyeReason reason, Duration drain, Outbox& out);
    void tell(Payload publication, Outbox& out);
    void on_orphans_found(Instant now, const OrphansFound& found, Outbox& out);
    Orphans::Fate fate_of(const ProcessName& process) const;
    void warn_of_orphans(InstanceId peer, Outbox& out);
    void settle_orphans(Instant now, Outbox& out);
    bool local_is_active() const { return is_active(table.at(table.local()).state); }

    // settle.cc: consequences
    void settle(Instant now, Outbox& out);
    bool settle_once(Instant now, Outbox& out);
    void settle_failed(Instant now, Outbox& out);
    bool activate(Instant now, Outbox& out);
    std::set<InstanceId> followers() const;
    bool welcome(Instant now, Outbox& out);
    bool settle_changes(Instant now, Outbox& out);
    bool govern(Instant now, Outbox& out);
    void enter(Instant now, FsmState state, Outbox& out);
    void close_when_stopped(Instant now, Outbox& out);
    void take_charge(Outbox& out);
    void follow(Instant now, Outbox& out);
    void mind_quorum(Outbox& out);
    bool mend(Instant now, Outbox& out);
    bool direct(Instant now, Outbox& out);

    // arguments.cc: extra arguments are common to all instances
    void carry_out_own(Instant now, Outbox& out);
    void follow_arguments(const Inventory::Change& change);
    void agree_on_arguments(InstanceId newcomer, Outbox& out);
    enum class Copies { Stopped, All };
    void spread_arguments(ProcessId process, Copies copies);

    // publishing.cc: telling peers and subscribers
    void publish_change(Instant now, const Inventory::Change& change, Outbox& out);
    void publish_instances(Outbox& out);
    void publish_modes(Instant now, Outbox& out);
    void send_tick(Instant now, std::span<const InstanceId> peers, Outbox& out);
    void tick(Instant now, Outbox& out);

    Settings settings;
    Birth birth;
    InstanceTable table;
    Postman postman;
    Inventory inventory;
    SupervisorLink supervisor;
    OrderDesk order_desk;
    Orphans orphans;
    Handshake handshake;
    Liveness liveness;
    Fences fences;
    Discovery discovery;
    Governor governor;
    Director director;
    StatisticsSettings statistics;  // as users want them by now
    View view;
    Desk desk;
    ProgramDesk programs;
    LocalDesk local_desk;
    RemoteCalls remote_calls;

    Instant promised = kNever;  // the deadline that we gave last
    Instant next_tick;
    std::uint32_t tick_counter = 0;
    std::set<InstanceId> counted;  // the instances that the Master's distribution has in mind
    Instant welcome_by = kNever;
    bool without_quorum = false;
    Reach reach = Reach::Everything;  // of the present step
    WorkFacts governed;               // what the Governor knew at its last evaluation
    bool dirty = true;                // something happened that may have consequences
    StateModes published_modes;       // without the table of instances
    bool modes_due = false;           // the table of instances changed: told with the next tick
    std::vector<InstanceState> published_states;  // by instance
    std::vector<Instant> published_at;            // last `instance` event
    std::set<std::string> strangers;   // unknown senders already complained about, bounded
    std::vector<InstanceId> farewell;  // those to whom we said good-bye, and tell the rest
    bool stop_asked = false;
    Instant stop_by = kNever;
    bool closing_sent = false;
    Instant closing_by = kNever;
    FsmState closing = FsmState::ShuttingDown;
    bool terminated = false;
};

}  // namespace sup::core
