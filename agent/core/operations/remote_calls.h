#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agent/core/federation/postman.h"
#include "agent/core/input.h"
#include "agent/core/outbox.h"
#include "agent/core/view.h"

namespace sup::core {

// Calls of clients to the interface of another instance: carried there as they are, served there as
// if they had come in there, so that its supervisord may stay on loopback.
//
// A call is carried out once at most. The asker repeats it until the other side says that it has
// it, then asks now and then how it is: what was answered is kept there for a while. An instance
// that does not take part any more, or has forgotten the call since its agent was restarted, makes
// a fault of it: nobody can tell whether it was carried out.
class RemoteCalls {
public:
    RemoteCalls(const View& view, const Postman& postman) : view_(&view), postman_(&postman) {}

    // --- on the side of the client ---
    void on_asked(Instant now, const RemoteCallAsked& asked, Outbox& out);
    void on_gone(RequestId id);
    void on_answer(InstanceId peer, const RemoteAnswer& answer, Outbox& out);

    // --- on the side that serves ---
    void on_call(InstanceId peer, const RemoteCall& call, Outbox& out);
    void on_served(Instant now, const RemoteCallServed& served, Outbox& out);

    void wake(Instant now, Outbox& out);
    // Gives up what was asked of those who do not take part any more.
    void settle(Outbox& out);
    Instant next_deadline() const;

private:
    struct Asked {
        RequestId request = 0;
        InstanceId peer;
        RemoteCall call;  // without its text once the peer has it
        Instant repeat_at;
    };
    struct Served {
        std::optional<RemoteAnswer> answer;  // nothing yet: under way
        Instant forget_at = kNever;
    };
    using Key = std::pair<InstanceId, std::uint64_t>;

    std::optional<Fault> refusal(const RemoteCallAsked& asked, InstanceId& peer) const;
    bool takes_part(InstanceId peer) const;

    const View* view_;
    const Postman* postman_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, Asked> asked_;
    std::map<Key, Served> served_;
    std::map<InstanceId, BootId> boots_;  // of the agents whose calls are in served_
};

}  // namespace sup::core
