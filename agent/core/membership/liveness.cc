#include "agent/core/membership/liveness.h"

#include <algorithm>
#include <utility>

#include "agent/core/membership/fences.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "membership";
// How long the witnesses have to answer, and how long a vouched silence is believed.
constexpr Duration kWitnessLimit = 400_ms;
constexpr Duration kVouchedLimit = 1_s;
// What a restarted agent needs, beyond restart_grace, to be accepted again.
constexpr Duration kResume = 5_s;

bool is_judged(InstanceState state) {
    return is_active(state) && state != InstanceState::Failed;
}

}  // namespace

Liveness::Liveness(const Settings& settings, InstanceTable& table, const Postman& postman)
    : limit_(settings.inactivity_limit()),
      restart_grace_(settings.restart_grace),
      table_(&table),
      postman_(&postman) {}

bool Liveness::is_silent(const Instance& instance, Instant now) const {
    return now - instance.heard > limit_;
}

bool Liveness::is_deaf(const Instance& instance, Instant now) const {
    return instance.state == InstanceState::Running && instance.deaf_since != kNever &&
           now - instance.deaf_since >= limit_;
}

void Liveness::on_heard(Instant now, InstanceId peer) {
    auto& instance = table_->at(peer);
    instance.heard = now;
    instance.heard_once = true;
    instance.refused_since = kNever;
    suspicions_.erase(peer);
    due_ = std::min(due_, now + limit_ + 1_ms);
}

void Liveness::hold(InstanceId peer, Instant until) {
    table_->at(peer).held_until = until;
    held_due_ = std::min(held_due_, until);
}

void Liveness::on_snapshot_asked(Instant now, InstanceId peer) {
    auto& instance = table_->at(peer);
    instance.deaf_since = std::min(instance.deaf_since, now);
    due_ = std::min(due_, instance.deaf_since + limit_);
}

void Liveness::on_link(Instant now, InstanceId peer, LinkState state) {
    auto& instance = table_->at(peer);
    if (state == LinkState::Refused && instance.refused_since == kNever) {
        instance.refused_since = now;
        due_ = std::min(due_, now + restart_grace_);
        if (instance.draining && instance.held_until != kNever) {
            hold(peer, std::min(instance.held_until, now + restart_grace_));
        }
    } else if (state == LinkState::Connected) {
        instance.refused_since = kNever;
    }
}

void Liveness::on_goodbye(Instant now, InstanceId peer, const Goodbye& goodbye, Outbox& out) {
    auto& instance = table_->at(peer);
    if (instance.state == InstanceState::Stopped &&
        goodbye.reason == GoodbyeReason::SupervisorLost) {
        hold(peer, now + goodbye.drain);  // it was away when we came
        instance.draining = true;
    }
    if (!is_judged(instance.state)) {
        return;
    }
    switch (goodbye.reason) {
        case GoodbyeReason::AgentStops:
            hold(peer, now + restart_grace_ + kResume);
            fail(now, peer, "its agent stopped", out);
            return;
        case GoodbyeReason::SupervisorLost:
            hold(peer, now + goodbye.drain);
            instance.draining = true;
            fail(now, peer, "its supervisord died", out);
            return;
        case GoodbyeReason::SupervisorStops:
            hold(peer, now + goodbye.drain);
            instance.draining = true;
            fail(now, peer, "its supervisord stops", out);
            return;
    }
}

void Liveness::on_restarted(Instant now, InstanceId peer, std::string what, Outbox& out) {
    auto& instance = table_->at(peer);
    if (is_judged(instance.state)) {
        hold(peer, now + restart_grace_ + kResume);
        fail(now, peer, std::move(what), out);
    } else if (instance.held_until != kNever) {
        hold(peer, now + restart_grace_ + kResume);
        instance.draining = false;
    }
}

// Nobody vouches for one that has isolated the asker: it is silent there for good, and the asker is
// to isolate it as well (B-23).
void Liveness::on_probe(Instant now, InstanceId asker, const Probe& probe, Outbox& out) const {
    const auto about = table_->find(probe.about);
    const bool heard = about && *about != asker && *about != table_->local() &&
                       is_judged(table_->at(*about).state) && !is_silent(table_->at(*about), now) &&
                       table_->at(*about).refused_since == kNever &&
                       !isolates(table_->at(*about).modes, *table_, asker);
    postman_->send(asker, ProbeAnswer{probe.about, heard}, out);
}

void Liveness::on_probe_answer(Instant now, InstanceId witness, const ProbeAnswer& answer,
                               Outbox& out) {
    const auto about = table_->find(answer.about);
    // Whom we have met anew meanwhile is not suspected any more: we were frozen, or it was
    // isolated.
    if (!about || !suspicions_.contains(*about) || !is_judged(table_->at(*about).state)) {
        return;
    }
    auto& suspicion = suspicions_.at(*about);
    suspicion.asked.erase(witness);
    suspicion.vouched = suspicion.vouched || answer.heard;
    if (answer.heard && !std::exchange(suspicion.told, true)) {
        out.warning(kCategory, concat(answer.about, " is not heard here but ",
                                      table_->identifier(witness), " hears it"));
    }
    judge(now, *about, out);
}

void Liveness::forgive(Instant now) {
    for (const auto peer : table_->peers()) {
        auto& instance = table_->at(peer);
        instance.heard = now;
        if (instance.refused_since != kNever) {
            instance.refused_since = now;
        }
    }
    suspicions_.clear();
}

void Liveness::suspect(Instant now, InstanceId peer, Outbox& out) {
    Suspicion suspicion;
    suspicion.since = now;
    if (const auto former = suspicions_.find(peer); former != suspicions_.end()) {
        suspicion.told = former->second.told;
    }
    for (const auto witness : table_->peers()) {
        if (witness != peer && table_->is_running(witness) &&
            !is_silent(table_->at(witness), now)) {
            suspicion.asked.insert(witness);
            postman_->send(witness, Probe{table_->identifier(peer)}, out);
        }
    }
    suspicions_[peer] = std::move(suspicion);
    due_ = std::min(due_, now + kWitnessLimit);
    judge(now, peer, out);
}

void Liveness::judge(Instant now, InstanceId peer, Outbox& out) {
    auto& suspicion = suspicions_.at(peer);
    if (suspicion.vouched) {
        return;  // asked again when the testimony is old
    }
    if (suspicion.asked.empty() || now - suspicion.since >= kWitnessLimit) {
        const auto silence = (now - table_->at(peer).heard).ms;
        fail(now, peer, concat("silent for ", silence, " ms, heard by nobody"), out);
    }
}

void Liveness::fail(Instant now, InstanceId peer, std::string reason, Outbox& out) {
    out.warning(kCategory, concat(table_->identifier(peer), " is lost: ", reason));
    suspicions_.erase(peer);
    table_->become(peer, InstanceState::Failed, now, std::move(reason));
}

void Liveness::wake(Instant now, Outbox& out) {
    if (now < due_) {
        return;
    }
    due_ = kNever;
    for (const auto peer : table_->peers()) {
        look(now, peer, out);
        due_ = std::min(due_, due(peer));
    }
}

void Liveness::look(Instant now, InstanceId peer, Outbox& out) {
    const auto& instance = table_->at(peer);
    if (!is_judged(instance.state)) {
        suspicions_.erase(peer);
        return;
    }
    if (instance.refused_since != kNever && now - instance.refused_since >= restart_grace_) {
        fail(now, peer, "its port refuses connections: its agent is gone", out);
        return;
    }
    if (is_deaf(instance, now)) {
        fail(now, peer, "it is heard, but does not answer", out);
        return;
    }
    const auto suspicion = suspicions_.find(peer);
    if (suspicion == suspicions_.end()) {
        if (is_silent(instance, now)) {
            suspect(now, peer, out);
        }
    } else if (!suspicion->second.vouched) {
        judge(now, peer, out);
    } else if (now - suspicion->second.since >= kVouchedLimit) {
        suspect(now, peer, out);
    }
}

// When the peer is to be looked at next.
Instant Liveness::due(InstanceId peer) const {
    const auto& instance = table_->at(peer);
    Instant next = kNever;
    if (!is_judged(instance.state)) {
        return next;
    }
    if (instance.refused_since != kNever) {
        next = std::min(next, instance.refused_since + restart_grace_);
    }
    if (instance.state == InstanceState::Running && instance.deaf_since != kNever) {
        next = std::min(next, instance.deaf_since + limit_);
    }
    const auto suspicion = suspicions_.find(peer);
    if (suspicion == suspicions_.end()) {
        return std::min(next, instance.heard + limit_ + 1_ms);
    }
    const auto patience = suspicion->second.vouched ? kVouchedLimit : kWitnessLimit;
    return std::min(next, suspicion->second.since + patience);
}

std::vector<InstanceId> Liveness::take_expired_holds(Instant now) {
    std::vector<InstanceId> expired;
    if (now < held_due_) {
        return expired;
    }
    held_due_ = kNever;
    for (const auto peer : table_->peers()) {
        auto& instance = table_->at(peer);
        if (instance.held_until <= now) {
            instance.held_until = kNever;
            instance.draining = false;
            expired.push_back(peer);
        }
        held_due_ = std::min(held_due_, instance.held_until);
    }
    return expired;
}

}  // namespace sup::core
