#pragma once

#include <string>
#include <vector>

#include "agent/core/federation/postman.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/outbox.h"

namespace sup::core {

// How an instance is admitted (section 3 of the reference). We say Hello to a peer that we hear;
// its answer accepts or refuses us, and a snapshot follows an acceptance: then it is CHECKED. It
// does the same towards us on its own. A refusal names the options that differ. A peer that does
// not answer is STOPPED again after a bounded time and tried later, later each time (D-3, D-41).
class Handshake {
public:
    Handshake(InstanceTable& table, const Postman& postman) : table_(&table), postman_(&postman) {}

    // A tick or a Hello was heard from a peer.
    void on_heard(Instant now, InstanceId peer, Outbox& out);
    // Returns whether a snapshot must follow the answer.
    [[nodiscard]] bool on_hello(Instant now, InstanceId peer, const Hello& hello, Outbox& out);
    void on_answer(Instant now, InstanceId peer, const HelloAnswer& answer, Outbox& out);
    // The snapshot of an accepting peer was applied.
    void on_snapshot(Instant now, InstanceId peer, Outbox& out);
    void wake(Instant now, Outbox& out);
    // Nothing is due earlier; perhaps nothing is due then.
    Instant next_deadline() const { return due_; }

private:
    bool is_ready() const;
    void begin(Instant now, InstanceId peer, Outbox& out);
    void give_up(Instant now, InstanceId peer, std::string reason);
    struct Verdict {
        Isolation isolation = Isolation::Inconsistent;
        std::string reason;
    };
    void isolate(Instant now, InstanceId peer, Verdict verdict, Outbox& out);
    void warn_of_rules(InstanceId peer, const PeerIdentity& identity, Outbox& out) const;

    InstanceTable* table_;
    const Postman* postman_;
    Instant due_ = kNever;  // no handshake is given up earlier
};

// The options that differ, as sentences: "auto_fence is 'true' here and 'false' on b:60000" (E-5).
std::vector<std::string> differences(const PeerIdentity& here, const PeerIdentity& there,
                                     const std::string& peer);

}  // namespace sup::core
