#include "agent/core/membership/handshake.h"

#include <algorithm>
#include <set>

#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "membership";
constexpr Duration kHandshakeLimit = 3_s;
constexpr Duration kRepeat = 1_s;
constexpr Duration kNotReadyDelay = 300_ms;
constexpr int kMaximumBackoff = 5;  // 2^5 = 32 s

}  // namespace

std::vector<std::string> differences(const PeerIdentity& here, const PeerIdentity& there,
                                     const std::string& peer) {
    std::set<std::string> names;
    for (const auto& [name, value] : here.options) {
        names.insert(name);
    }
    for (const auto& [name, value] : there.options) {
        names.insert(name);
    }
    const auto value_of = [](const PeerIdentity& identity, const std::string& name) {
        const auto found = identity.options.find(name);
        return found == identity.options.end() ? std::string("not set")
                                               : concat("'", found->second, "'");
    };
    std::vector<std::string> sentences;
    for (const auto& name : names) {
        const auto mine = value_of(here, name);
        const auto other = value_of(there, name);
        if (mine != other) {
            sentences.push_back(concat(name, " is ", mine, " here and ", other, " on ", peer));
        }
    }
    return sentences;
}

// Ticks are dated against our own knowledge: nobody is checked before ourselves (B-10).
bool Handshake::is_ready() const {
    const auto state = table_->at(table_->local()).state;
    return state == InstanceState::Checked || state == InstanceState::Running;
}

void Handshake::on_heard(Instant now, InstanceId peer, Outbox& out) {
    const auto& instance = table_->at(peer);
    if (!is_ready()) {
        return;
    }
    if (instance.state == InstanceState::Stopped && now >= instance.not_before) {
        begin(now, peer, out);
    } else if (instance.state == InstanceState::Checking && !instance.accepted &&
               now - instance.handshake_sent >= kRepeat) {
        table_->at(peer).handshake_sent = now;
        postman_->send(peer, Hello{table_->at(table_->local()).identity}, out);
    }
}

void Handshake::begin(Instant now, InstanceId peer, Outbox& out) {
    table_->become(peer, InstanceState::Checking, now, "heard");
    due_ = std::min(due_, now + kHandshakeLimit);
    auto& instance = table_->at(peer);
    instance.accepted = false;
    instance.next_sequence = 0;
    instance.handshake_sent = now;
    postman_->send(peer, Hello{table_->at(table_->local()).identity}, out);
}

bool Handshake::on_hello(Instant now, InstanceId peer, const Hello& hello, Outbox& out) {
    const auto& self = table_->at(table_->local());
    auto& instance = table_->at(peer);
    const auto answer = [&](HelloVerdict verdict, std::vector<std::string> reasons) {
        postman_->send(peer, HelloAnswer{verdict, std::move(reasons), self.identity}, out);
    };
    if (instance.state == InstanceState::Isolated) {
        answer(HelloVerdict::Refused, {concat("isolated here: ", instance.reason)});
        return false;
    }
    if (!is_ready()) {
        answer(HelloVerdict::NotReady, {"its supervisord is not known yet"});
        return false;
    }
    auto reasons = differences(self.identity, hello.identity, instance.who.identifier);
    if (!reasons.empty()) {
        const auto reason = join(reasons, "; ");
        answer(HelloVerdict::Refused,
               differences(hello.identity, self.identity, self.who.identifier));
        isolate(now, peer, {Isolation::Inconsistent, reason}, out);
        return false;
    }
    instance.identity = hello.identity;
    warn_of_rules(peer, hello.identity, out);
    answer(HelloVerdict::Accepted, {});
    on_heard(now, peer, out);
    return true;
}

void Handshake::on_answer(Instant now, InstanceId peer, const HelloAnswer& answer, Outbox& out) {
    auto& instance = table_->at(peer);
    if (instance.state != InstanceState::Checking) {
        return;  // late: the handshake that it belongs to is over (E-2)
    }
    switch (answer.verdict) {
        case HelloVerdict::NotReady:
            table_->become(peer, InstanceState::Stopped, now, join(answer.reasons, "; "));
            table_->at(peer).not_before = now + kNotReadyDelay;
            return;
        case HelloVerdict::Refused:
            isolate(now, peer,
                    {Isolation::ByPeer, concat("refused us: ", join(answer.reasons, "; "))}, out);
            return;
        case HelloVerdict::Accepted:
            break;
    }
    const auto& self = table_->at(table_->local());
    const auto reasons = differences(self.identity, answer.identity, instance.who.identifier);
    if (!reasons.empty()) {
        isolate(now, peer, {Isolation::Inconsistent, join(reasons, "; ")}, out);
        return;
    }
    instance.identity = answer.identity;
    instance.accepted = true;
}

void Handshake::on_snapshot(Instant now, InstanceId peer, Outbox& out) {
    auto& instance = table_->at(peer);
    if (instance.state == InstanceState::Checking && instance.accepted) {
        table_->become(peer, InstanceState::Checked, now, "accepted, its processes are known");
        instance.handshake_failures = 0;
        out.info(kCategory, concat(instance.who.identifier, " is accepted"));
    }
}

void Handshake::warn_of_rules(InstanceId peer, const PeerIdentity& identity, Outbox& out) const {
    const auto& self = table_->at(table_->local());
    if (identity.rules_digest != self.identity.rules_digest) {
        out.warning(kCategory, concat("the rules of ", table_->identifier(peer),
                                      " differ from ours: the Master's apply"));
    }
}

void Handshake::isolate(Instant now, InstanceId peer, Verdict verdict, Outbox& out) {
    const auto state = table_->at(peer).state;
    if (state == InstanceState::Checked || state == InstanceState::Running) {
        table_->become(peer, InstanceState::Failed, now, verdict.reason);
        return;  // its consequences come first; the settlement isolates it
    }
    out.error(kCategory, concat(table_->identifier(peer), " is isolated: ", verdict.reason));
    table_->at(peer).isolation = verdict.isolation;
    table_->become(peer, InstanceState::Isolated, now, std::move(verdict.reason));
}

void Handshake::give_up(Instant now, InstanceId peer, std::string reason) {
    table_->become(peer, InstanceState::Stopped, now, std::move(reason));
    auto& instance = table_->at(peer);
    instance.handshake_failures = std::min(instance.handshake_failures + 1, kMaximumBackoff);
    instance.not_before = now + 1_s * (std::int64_t{1} << instance.handshake_failures);
}

void Handshake::wake(Instant now, Outbox& out) {
    if (now < due_) {
        return;
    }
    due_ = kNever;
    for (const auto peer : table_->peers()) {
        const auto& instance = table_->at(peer);
        if (instance.state != InstanceState::Checking) {
            continue;
        }
        if (now < instance.since + kHandshakeLimit) {
            due_ = std::min(due_, instance.since + kHandshakeLimit);
        } else {
            out.warning(kCategory, concat(instance.who.identifier,
                                          " did not end its handshake in 3 s, tried later"));
            give_up(now, peer, "no answer to the handshake");
        }
    }
}

}  // namespace sup::core
