#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/core/membership/instance_table.h"
#include "agent/core/outbox.h"
#include "common/model/messages.h"

namespace sup::core {

// Puts what we say into envelopes. Keeps the number of our last publication: publish() is the only
// way into our stream, and every other message carries that number, so that a peer that missed the
// last publication learns it from whatever comes next.
class Postman {
public:
    Postman(const InstanceTable& table, BootId boot) : table_(&table), boot_(boot) {}

    void send(InstanceId peer, Payload payload, Outbox& out) const;
    // To every peer that takes part or is about to: CHECKING, CHECKED, RUNNING.
    void publish(Payload payload, Outbox& out);
    // The same message to all those peers, outside the stream.
    void broadcast(std::span<const InstanceId> peers, Payload payload, Outbox& out) const;

    Sequence sequence() const { return sequence_; }
    BootId boot() const { return boot_; }
    void set_term(Term term) { term_ = term; }

private:
    Message envelope(Payload payload) const;

    const InstanceTable* table_;
    BootId boot_;
    Term term_ = 0;
    Sequence sequence_ = 0;
};

}  // namespace sup::core
