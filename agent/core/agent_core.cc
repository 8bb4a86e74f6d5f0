#include "agent/core/agent_core.h"

#include <algorithm>
#include <utility>

#include "agent/core/parts.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

std::vector<std::string> identifiers_of(const Settings& settings) {
    std::vector<std::string> identifiers;
    for (const auto& instance : settings.instances) {
        identifiers.push_back(instance.identifier);
    }
    return identifiers;
}

// What an agent that was asked to stop grants its supervisord to end its processes: less than the
// default stopwaitsecs, after which it is killed itself.
constexpr Duration kFarewell = 8_s;

}  // namespace

AgentCore::Parts::Parts(Settings given, Birth born, rules::RuleSet rules)
    : settings(std::move(given)),
      birth(born),
      table(settings),
      postman(table, birth.boot),
      inventory(std::move(rules), identifiers_of(settings)),
      supervisor(settings, birth),
      order_desk(supervisor, postman),
      handshake(table, postman),
      liveness(settings, table, postman),
      fences(settings, table),
      discovery(settings, table, birth.boot),
      governor(settings, table),
      director(settings, table, inventory, postman),
      statistics(settings.statistics),
      view{&settings,   &table,      &inventory,           &governor, &director,
           &supervisor, &statistics, birth.wall_offset_ms, birth.zone},
      desk(view, director, governor, postman),
      programs(view, supervisor, settings),
      local_desk(statistics, programs),
      remote_calls(view, postman),
      next_tick(birth.instant),
      published_states(table.size(), InstanceState::Stopped),
      published_at(table.size()) {
    table.at(table.local()).boot = birth.boot;
    table.at(table.local()).identity.rules_digest = inventory.rules().digest;
}

void AgentCore::Parts::step(Instant now, const Input& input, Outbox& out) {
    if (terminated) {
        return;
    }
    detect_freeze(now, out);
    reach = Reach::Everything;
    dispatch(now, input, out);
    take_local_news(now, out);
    if (reach != Reach::Nothing || dirty || now >= promised) {
        run_due(now, out);
        settle(now, out);
        promised = deadline(now);
    }
    supervisor.call(now, out);
}

// A wake-up that comes far too late means that we did not run: we have heard nobody meanwhile, and
// the others have not heard us since our last tick. That is what they judge us by: what waits here
// may be orders of a Master that has given us up.
void AgentCore::Parts::detect_freeze(Instant now, Outbox& out) {
    if (promised == kNever || now <= promised + settings.tick_period) {
        return;
    }
    const auto lateness = now - promised;
    out.warning("agent", concat("did not run for ", lateness.ms, " ms"));
    const auto last_tick = next_tick - settings.tick_period;
    if (now - last_tick <= settings.inactivity_limit()) {
        liveness.forgive(now);
    } else {
        rejoin(now, out);
    }
    dirty = true;
}

// The others have declared us lost, and chosen another Master if it was us: what we know of them is
// old. Everybody is met anew, and nothing is decided alone meanwhile.
void AgentCore::Parts::rejoin(Instant now, Outbox& out) {
    for (const auto peer : table.peers()) {
        if (is_active(table.at(peer).state)) {
            liveness.hold(peer, now + settings.inactivity_limit());
            drop_peer(now, peer, "we did not run for longer than the inactivity limit");
        }
    }
    director.abort_all();
    // Who has heard the Master meanwhile knows better what is wanted.
    director.intents().replace(director.intents().all(), 0, {});
    desk.abort_all("this instance was frozen", out);
    governor.resynchronise(now, out);
}

void AgentCore::Parts::drop_peer(Instant now, InstanceId peer, const std::string& reason) {
    if (table.at(peer).state != InstanceState::Failed) {
        table.become(peer, InstanceState::Failed, now, reason);
    }
    table.become(peer, InstanceState::Stopped, now, reason);
}

void AgentCore::Parts::dispatch(Instant now, const Input& input, Outbox& out) {
    const auto observed = [&](auto&& act) {
        act();
        dirty = true;
    };
    std::visit(
        Overloaded{
            [&](const Wake&) {},
            [&](const WallClockRead& read) { on_wall_clock(read); },
            [&](const PeerMessage& peer) { on_message(now, *peer.message, out); },
            [&](const PeerLinkChanged& link) { on_link(now, link, out); },
            [&](const AnnouncementHeard& heard) {
                reach = Reach::Nothing;
                on_announced(now, heard.announcement, out);
            },
            [&](const RelayConnected& relay) {
                observed([&] { supervisor.on_relay_connected(now, relay, out); });
            },
            [&](const RelayLost& relay) {
                observed([&] { supervisor.on_relay_lost(now, relay, out); });
            },
            [&](const SupervisorEvent& event) { supervisor.on_event(now, event, out); },
            [&](const EventsDropped&) { supervisor.on_events_dropped(out); },
            [&](const SupervisorReply& reply) { supervisor.on_reply(now, reply, out); },
            [&](const PidEnded& pid) { supervisor.on_pid_ended(now, pid.pid, out); },
            [&](const OrphansFound& found) { on_orphans_found(now, found, out); },
            [&](const PidWatchUnavailable& why) {
                supervisor.on_pid_watch_unavailable(why.reason, out);
            },
            [&](const ConfigurationRead& read) {
                observed([&] { supervisor.on_configuration(read, out); });
            },
            [&](const ArgumentsRead& read) { supervisor.on_arguments(read); },
            [&](const OperatorRequest& request) {
                observed([&] { desk.on_request(now, request, out); });
                carry_out_own(now, out);
            },
            [&](const LocalOperatorRequest& request) {
                observed([&] { on_local_request(now, request, out); });
            },
            [&](const ProgramsStored& stored) {
                observed([&] { programs.on_stored(now, stored, out); });
            },
            [&](const RemoteCallAsked& asked) { remote_calls.on_asked(now, asked, out); },
            [&](const RemoteCallServed& served) { remote_calls.on_served(now, served, out); },
            [&](const OperatorGone& gone) { forget_client(gone.id); },
            [&](const RulesReplaced& rules) {
                observed([&] {
                    inventory.replace_rules(rules.rules);
                    table.at(table.local()).identity.rules_digest = rules.rules.digest;
                    out.info("rules", "the rules were replaced");
                });
            },
            [&](const StopAsked&) { on_stop_asked(now, out); },
        },
        input);
}

void AgentCore::Parts::on_link(Instant now, const PeerLinkChanged& link, Outbox& out) {
    liveness.on_link(now, link.peer, link.state);
    if (link.state == LinkState::Connected && local_is_active()) {
        const std::array peers = {link.peer};
        send_tick(now, peers, out);
    }
}

void AgentCore::Parts::on_wall_clock(const WallClockRead& read) {
    view.wall_offset_ms = read.offset_ms;
    view.zone = read.zone;
    supervisor.set_wall_offset(read.offset_ms);
}

// Who is a member concerns more than a desk sees.
void AgentCore::Parts::on_local_request(Instant now, const LocalOperatorRequest& request,
                                        Outbox& out) {
    if (const auto* forgotten = std::get_if<ForgetInstance>(&request.request)) {
        out.add(AnswerOperator{request.id, on_forget_request(now, *forgotten, out)});
    } else {
        local_desk.on_request(now, request, out);
    }
}

// Nobody waits for the answer any more; what was asked goes on.
void AgentCore::Parts::forget_client(RequestId request) {
    desk.on_gone(request);
    programs.on_gone(request);
    remote_calls.on_gone(request);
}

void AgentCore::Parts::run_due(Instant now, Outbox& out) {
    if (now >= next_tick) {
        tick(now, out);
    }
    const bool may_be_due = dirty && reach == Reach::Everything;
    if (now < promised && !may_be_due) {
        return;
    }
    reach = Reach::Everything;
    supervisor.wake(now, out);
    take_local_news(now, out);
    orphans.wake(now, out);
    handshake.wake(now, out);
    liveness.wake(now, out);
    for (const auto instance : liveness.take_expired_holds(now)) {
        inventory.lose(instance, concat("Supervisor ", table.identifier(instance), " lost"), now);
    }
    director.wake(now);
    desk.wake(now, out);
    remote_calls.wake(now, out);
    dirty = true;
}

void AgentCore::Parts::on_stop_asked(Instant now, Outbox& out) {
    stop_asked = true;
    stop_by = now + kFarewell;
    if (local_is_active()) {
        leave(now, GoodbyeReason::AgentStops, 0_ms, out);
    }
    dirty = true;
}

Instant AgentCore::Parts::deadline(Instant now) const {
    if (terminated) {
        return kNever;
    }
    return std::min({next_tick, supervisor.next_deadline(), orphans.next_deadline(),
                     handshake.next_deadline(), liveness.next_deadline(), fences.next_deadline(),
                     governor.next_deadline(), director.next_deadline(now), desk.next_deadline(),
                     programs.next_deadline(), remote_calls.next_deadline(), stop_by, closing_by,
                     welcome_by});
}

AgentCore::AgentCore(Settings settings, Birth birth, rules::RuleSet rules)
    : parts_(std::make_unique<Parts>(std::move(settings), birth, std::move(rules))) {}
AgentCore::~AgentCore() = default;
AgentCore::AgentCore(AgentCore&&) noexcept = default;
AgentCore& AgentCore::operator=(AgentCore&&) noexcept = default;

void AgentCore::step(Instant now, const Input& input, Outbox& out) {
    parts_->step(now, input, out);
}

Instant AgentCore::next_deadline() const {
    // Before the first step everything is due.
    return parts_->promised == kNever && !parts_->terminated ? parts_->birth.instant
                                                             : parts_->promised;
}

Queries AgentCore::queries(Instant now) const {
    return {parts_->view, now};
}

}  // namespace sup::core
