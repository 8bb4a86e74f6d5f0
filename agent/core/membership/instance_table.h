#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/membership/ballot.h"
#include "agent/core/membership/identifier_index.h"
#include "agent/core/settings.h"
#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/model/messages.h"
#include "common/model/states.h"

namespace sup::core {

// Why an instance is ISOLATED: a peer whose options differed may come back after its restart, one
// that was fenced may not (B-32).
enum class Isolation { None, Inconsistent, ByPeer, Fenced };

// What is known of one instance, ourselves included.
//
// STOPPED: not heard, or not yet accepted. CHECKING: handshake under way. CHECKED: accepted, its
// processes are known, it gets none yet. RUNNING: takes part. FAILED: lost, consequences not yet
// settled. ISOLATED: refused, everything from it is ignored.
//
// Losing an instance and losing its processes are two things: when its agent restarts, or says that
// its supervisord stops, the processes are *held* (neither lost nor startable elsewhere) until it
// is known what became of them, or until `held_until`.
//
// What each message looks at stands first, and together: of a thousand peers, none is in a cache of
// the processor when it speaks.
struct Instance {
    InstanceState state = InstanceState::Stopped;
    Isolation isolation = Isolation::None;
    bool heard_once = false;
    bool accepted = false;           // the handshake said yes, only the snapshot is missing
    bool draining = false;           // held, and its agent tells what becomes of each process
    BootId boot = 0;                 // of its agent; 0 until it was heard
    BootId former_boot = 0;          // late messages of it are dropped
    Instant heard;                   // last message of this boot
    Sequence next_sequence = 0;      // of its stream; 0: a snapshot is needed first
    Instant refused_since = kNever;  // its port refuses connections since then
    Tick tick;                       // last one
    Instant tick_received;
    std::uint32_t tick_received_counter = 0;  // our own counter then
    int handshake_failures = 0;               // in a row, for the back-off (D-41)
    Instant handshake_sent;
    Instant not_before;  // of the next handshake

    InstanceDescription who;
    Instant since;       // of the present state
    std::string reason;  // of the present state
    PeerIdentity identity;
    // As last published; defaults once STOPPED or ISOLATED (B-19). Changed by set_modes() only.
    StateModes modes;
    Instant snapshot_asked;
    Instant deaf_since = kNever;  // a snapshot is asked of it in vain since then
    Instant held_until = kNever;  // kNever: nothing is held
    Instant lost_since = kNever;  // it took part, and is lost since then
    SupervisorSession session;    // whose processes our records are about
    Instant announced;            // itself to our group, last; see Discovery
};

constexpr bool is_active(InstanceState state) {
    return state == InstanceState::Checking || state == InstanceState::Checked ||
           state == InstanceState::Running || state == InstanceState::Failed;
}

class InstanceTable {
public:
    explicit InstanceTable(const Settings& settings);

    InstanceId local() const { return local_; }
    std::span<const Instance> all() const { return instances_; }
    std::size_t size() const { return states_.size(); }
    // With those that are forgotten.
    std::size_t used_ids() const { return instances_.size(); }
    // The first ones are those of supvisors_list, the others were discovered later (O-73).
    std::size_t listed() const { return listed_; }
    // A discovered instance, STOPPED. It gets the next id, or the one that it had before it was
    // forgotten: what others hold under an id is always about one identifier.
    InstanceId add(InstanceDescription who, std::vector<std::string> stereotypes);
    // A discovered instance that takes no part is in no list any more (O-74).
    void forget(InstanceId id);
    Instance& at(InstanceId id) { return instances_[id.value]; }
    const Instance& at(InstanceId id) const { return instances_[id.value]; }
    // Of all that are not forgotten, in the order of the list, and without ourselves. They move
    // when one is added or forgotten.
    const std::vector<InstanceId>& ids() const { return ids_; }
    const std::vector<InstanceId>& peers() const { return peers_; }
    const std::string& identifier(InstanceId id) const { return at(id).who.identifier; }
    bool is_running(InstanceId id) const { return at(id).state == InstanceState::Running; }

    std::optional<InstanceId> find(std::string_view name) const;

    // Names of users and rules: identifier, then nick, then stereotype, which yields all its
    // members in list order (O-80..O-82). Unknown names yield nothing.
    std::vector<InstanceId> resolve(std::string_view name) const;
    std::vector<InstanceId> resolve_all(std::span<const std::string> names) const;

    // The one door into a state.
    void become(InstanceId id, InstanceState state, Instant now, std::string reason);
    // What a peer has published of itself.
    void set_modes(InstanceId peer, StateModes modes);

    // Number of state changes since the start: tells cheaply whether something moved.
    std::uint64_t changes() const { return changes_; }
    // Those whose state changed since the last call, in the order of the list.
    std::vector<InstanceId> take_moved();

    // What follows from all instances, kept up to date.
    std::size_t count(InstanceState state) const { return counts_[index_of(state)]; }
    std::size_t listed_running() const { return listed_running_; }
    std::size_t lost() const { return lost_; }  // how many took part, and are lost
    const Ballot& ballot() const { return ballot_; }
    const InstanceStates& states() const { return states_; }

private:
    static constexpr std::size_t index_of(InstanceState state) {
        return static_cast<std::size_t>(state);
    }
    void list(InstanceId id);
    std::vector<Instance> instances_;
    std::vector<InstanceId> ids_;
    std::vector<InstanceId> peers_;
    std::vector<std::size_t> places_;                           // in states_, by id
    IdentifierIndex index_;                                     // of all that are not forgotten
    std::map<std::string, InstanceId, std::less<>> forgotten_;  // whose ids are kept for them
    InstanceId local_;
    std::size_t listed_ = 0;
    std::size_t listed_running_ = 0;
    std::uint64_t changes_ = 0;
    std::vector<InstanceId> moved_;
    std::array<std::size_t, std::size(kNamesOf<InstanceState>)> counts_{};
    std::size_t lost_ = 0;
    Ballot ballot_;
    InstanceStates states_;
};

}  // namespace sup::core
