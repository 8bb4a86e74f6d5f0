#include "agent/core/operations/remote_calls.h"

#include <algorithm>
#include <vector>

#include "agent/core/lookup.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr Duration kRepeat = 1_s;
constexpr Duration kKept = 30_s;  // an answer that may have been lost is asked for again
constexpr std::size_t kMaxServed = 512;

}  // namespace

bool RemoteCalls::takes_part(InstanceId peer) const {
    const auto state = view_->table->at(peer).state;
    return state == InstanceState::Checked || state == InstanceState::Running;
}

// Why it cannot be asked; else `peer` is who is asked.
std::optional<Fault> RemoteCalls::refusal(const RemoteCallAsked& asked, InstanceId& peer) const {
    const auto found = find_instance(*view_, asked.instance);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return *fault;
    }
    peer = std::get<InstanceId>(found);
    if (peer != view_->table->local() && !takes_part(peer)) {
        return Fault{FaultCode::NotRunning,
                     concat("Supvisors instance=", view_->table->identifier(peer),
                            " is not RUNNING (", name_of(view_->table->at(peer).state), ")")};
    }
    if (asked.body.size() > kMaxRemoteBytes) {
        return Fault{FaultCode::IncorrectParameters,
                     concat("a call to another instance of ", asked.body.size(),
                            " bytes - at most ", kMaxRemoteBytes, " expected")};
    }
    return std::nullopt;
}

void RemoteCalls::on_asked(Instant now, const RemoteCallAsked& asked, Outbox& out) {
    InstanceId peer;
    if (auto fault = refusal(asked, peer)) {
        out.add(AnswerRemoteCall{asked.id, std::move(*fault)});
        return;
    }
    if (peer == view_->table->local()) {
        out.add(ServeRemoteCall{peer, asked.id, asked.body, asked.authorization});
        return;
    }
    const auto number = ++last_;
    auto& entry = asked_[number];
    entry = {asked.id, peer, {number, asked.body, asked.authorization}, now + kRepeat};
    postman_->send(peer, entry.call, out);
}

void RemoteCalls::on_gone(RequestId id) {
    std::erase_if(asked_, [&](const auto& entry) { return entry.second.request == id; });
}

void RemoteCalls::on_answer(InstanceId peer, const RemoteAnswer& answer, Outbox& out) {
    const auto found = asked_.find(answer.id);
    if (found == asked_.end() || found->second.peer != peer) {
        return;
    }
    switch (answer.progress) {
        case RemoteProgress::Taken:
            found->second.call.body.clear();
            found->second.call.authorization.clear();
            return;
        case RemoteProgress::Done:
            out.add(AnswerRemoteCall{found->second.request, answer.response});
            break;
        case RemoteProgress::Lost:
            out.add(AnswerRemoteCall{
                found->second.request,
                Fault{FaultCode::Failed, concat("the agent of ", view_->table->identifier(peer),
                                                " was restarted before it answered")}});
            break;
    }
    asked_.erase(found);
}

// Who does not take part is not served: it asks again.
void RemoteCalls::on_call(InstanceId peer, const RemoteCall& call, Outbox& out) {
    if (!takes_part(peer)) {
        return;
    }
    // The numbers of another run are other calls.
    const auto boot = view_->table->at(peer).boot;
    if (std::exchange(boots_[peer], boot) != boot) {
        std::erase_if(served_, [&](const auto& entry) { return entry.first.first == peer; });
    }
    const auto known = served_.find({peer, call.id});
    if (known != served_.end()) {
        const RemoteAnswer taken{call.id, RemoteProgress::Taken, {}};
        postman_->send(peer, known->second.answer.value_or(taken), out);
        return;
    }
    if (call.body.empty() || served_.size() >= kMaxServed) {
        postman_->send(peer, RemoteAnswer{call.id, RemoteProgress::Lost, {}}, out);
        return;
    }
    served_[{peer, call.id}] = {};
    postman_->send(peer, RemoteAnswer{call.id, RemoteProgress::Taken, {}}, out);
    out.add(ServeRemoteCall{peer, call.id, call.body, call.authorization});
}

void RemoteCalls::on_served(Instant now, const RemoteCallServed& served, Outbox& out) {
    if (served.peer == view_->table->local()) {
        out.add(AnswerRemoteCall{served.id, served.response});
        return;
    }
    const auto known = served_.find({served.peer, served.id});
    if (known == served_.end()) {
        return;  // asked by a former run of that agent
    }
    known->second = {RemoteAnswer{served.id, RemoteProgress::Done, served.response}, now + kKept};
    postman_->send(served.peer, *known->second.answer, out);
}

void RemoteCalls::wake(Instant now, Outbox& out) {
    for (auto& [number, asked] : asked_) {
        if (asked.repeat_at <= now) {
            asked.repeat_at = now + kRepeat;
            postman_->send(asked.peer, asked.call, out);
        }
    }
    std::erase_if(served_, [&](const auto& entry) { return entry.second.forget_at <= now; });
}

void RemoteCalls::settle(Outbox& out) {
    for (auto entry = asked_.begin(); entry != asked_.end();) {
        const auto& asked = entry->second;
        if (takes_part(asked.peer)) {
            ++entry;
            continue;
        }
        out.add(AnswerRemoteCall{
            asked.request, Fault{FaultCode::Failed, concat(view_->table->identifier(asked.peer),
                                                           " was lost before it answered")}});
        entry = asked_.erase(entry);
    }
}

Instant RemoteCalls::next_deadline() const {
    Instant next = kNever;
    for (const auto& [number, asked] : asked_) {
        next = std::min(next, asked.repeat_at);
    }
    for (const auto& [key, served] : served_) {
        next = std::min(next, served.forget_at);
    }
    return next;
}

}  // namespace sup::core
