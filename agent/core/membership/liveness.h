#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/core/federation/postman.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/outbox.h"

namespace sup::core {

// What a supervisord that stops in order may take to end all its processes.
inline constexpr Duration kOrderlyStop = Duration{120'000};

// Who is lost. A peer that is silent for longer than the inactivity limit is suspected; the other
// running peers are asked whether they hear it (indirect confirmation as in SWIM), and only when
// none does, or none can be asked, it becomes FAILED. A peer whose port refuses connections has
// lost its agent: it gets restart_grace. A peer that says good-bye is FAILED at once.
//
// Rationale: silence alone may be our own fault (a cable, a busy host). What a majority of one
// believes must not move processes.
class Liveness {
public:
    Liveness(const Settings& settings, InstanceTable& table, const Postman& postman);

    void on_heard(Instant now, InstanceId peer);
    // A snapshot was asked of it, and answered. One that we hear but that does not answer us is
    // lost as well: the other side has lost us, and both must have one view (D-47).
    void on_snapshot_asked(Instant now, InstanceId peer);
    void on_snapshot(InstanceId peer) { table_->at(peer).deaf_since = kNever; }
    // What runs there is neither lost nor startable elsewhere until then.
    void hold(InstanceId peer, Instant until);
    void on_link(Instant now, InstanceId peer, LinkState state);
    void on_goodbye(Instant now, InstanceId peer, const Goodbye& goodbye, Outbox& out);
    // Another run of its agent speaks: the former one is gone, its supervisord may not be.
    void on_restarted(Instant now, InstanceId peer, std::string what, Outbox& out);
    void on_probe(Instant now, InstanceId asker, const Probe& probe, Outbox& out) const;
    void on_probe_answer(Instant now, InstanceId witness, const ProbeAnswer& answer, Outbox& out);
    // We were frozen ourselves: nobody is judged by a silence that we may have slept through.
    void forgive(Instant now);
    void wake(Instant now, Outbox& out);
    // Nothing is due earlier; perhaps nothing is due then, since who was heard is not looked for.
    Instant next_deadline() const { return std::min(due_, held_due_); }

    // Instances whose processes are not held any more: what still seems to run there is lost.
    std::vector<InstanceId> take_expired_holds(Instant now);

private:
    struct Suspicion {
        Instant since;
        std::set<InstanceId> asked;  // and not answered yet
        bool vouched = false;        // someone hears it
        bool told = false;           // that someone does, in this silence
    };
    bool is_deaf(const Instance& instance, Instant now) const;
    bool is_silent(const Instance& instance, Instant now) const;
    void suspect(Instant now, InstanceId peer, Outbox& out);
    void judge(Instant now, InstanceId peer, Outbox& out);
    void fail(Instant now, InstanceId peer, std::string reason, Outbox& out);
    void look(Instant now, InstanceId peer, Outbox& out);
    Instant due(InstanceId peer) const;

    Duration limit_;
    Duration restart_grace_;
    InstanceTable* table_;
    const Postman* postman_;
    std::map<InstanceId, Suspicion> suspicions_;
    Instant due_ = kNever;       // no peer is to be looked at earlier
    Instant held_due_ = kNever;  // no hold expires earlier
};

}  // namespace sup::core
