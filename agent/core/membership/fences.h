#pragma once

#include <map>
#include <string>

#include "agent/core/membership/instance_table.h"
#include "agent/core/outbox.h"
#include "agent/core/settings.h"

namespace sup::core {

// Whether the instance that published the modes isolates the other one, which is looked for at its
// own place in our list first: all have the same, but for discovered instances.
bool isolates(const StateModes& modes, const InstanceTable& table, InstanceId other);

// With auto_fence, isolation must not stay one instance's own business: where one goes on with whom
// another has isolated, the two have different views, and may have no Master that both can accept.
//
// So an instance is lost here, and then isolated (B-18), when most of those who take part isolate
// it, or when it and our Master have been isolated from each other for a while. The while tells
// this from a peer that has lost everybody, and isolates all of us before it falls silent itself.
class Fences {
public:
    Fences(const Settings& settings, InstanceTable& table) : settings_(&settings), table_(&table) {}

    // To be called when who takes part, or what they declare, has changed, and when it is due.
    void spread(Instant now, const std::string& master, Outbox& out);
    Instant next_deadline() const;

private:
    Duration patience() const { return settings_->inactivity_limit() * 2; }
    void follow_most(Instant now, Outbox& out);
    void follow_master(Instant now, const std::string& master, Outbox& out);
    bool are_parted(InstanceId one, InstanceId other) const;
    void lose(Instant now, InstanceId suspect, const std::string& reason, Outbox& out);

    const Settings* settings_;
    InstanceTable* table_;
    std::map<InstanceId, Instant> parted_;  // from our Master, and since when
    Instant next_look_;
};

}  // namespace sup::core
