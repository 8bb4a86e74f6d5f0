#pragma once

#include "agent/codec/identity_layout.h"
#include "agent/codec/remote_layout.h"
#include "agent/codec/wire_layout.h"
#include "common/model/messages.h"

// The tables of all that agents say to each other. Changing a table, or the order of the
// alternatives of Payload, Request or Answer, or the codes of an enumeration, needs a new
// kProtocolVersion.
namespace sup::codec {

// Enumerations without published names: their values, named so that a new one does not compile
// until it is accepted here.
constexpr bool is_known(HelloVerdict value) {
    switch (value) {
        case HelloVerdict::Accepted:
        case HelloVerdict::Refused:
        case HelloVerdict::NotReady:
            return true;
    }
    return false;
}
constexpr bool is_known(ProcessIntent value) {
    switch (value) {
        case ProcessIntent::None:
        case ProcessIntent::Due:
        case ProcessIntent::Wanted:
        case ProcessIntent::StoppedByUser:
        case ProcessIntent::Done:
            return true;
    }
    return false;
}
constexpr bool is_known(GoodbyeReason value) {
    switch (value) {
        case GoodbyeReason::AgentStops:
        case GoodbyeReason::SupervisorLost:
        case GoodbyeReason::SupervisorStops:
            return true;
    }
    return false;
}
constexpr bool is_known(OrderKind value) {
    switch (value) {
        case OrderKind::Start:
        case OrderKind::Stop:
        case OrderKind::RestartSupervisor:
        case OrderKind::ShutdownSupervisor:
            return true;
    }
    return false;
}
constexpr bool is_known(Wait value) {
    switch (value) {
        case Wait::No:
        case Wait::Yes:
            return true;
    }
    return false;
}

// --- building blocks ---
template <>
inline constexpr auto kLayoutOf<ProcessName> = layout("ProcessName",
                                                      Field{"group", &ProcessName::group},
                                                      Field{"name", &ProcessName::name});
template <>
inline constexpr auto kLayoutOf<Namespec> = layout("Namespec", Field{"group", &Namespec::group},
                                                   Field{"name", &Namespec::name});
template <>
inline constexpr auto kLayoutOf<ProcessRecord> = layout(
    "ProcessRecord", Field{"process", &ProcessRecord::process},
    Field{"state", &ProcessRecord::state}, Field{"expected", &ProcessRecord::expected},
    Field{"spawn_error", &ProcessRecord::spawn_error}, Field{"pid", &ProcessRecord::pid},
    Field{"start_wall", &ProcessRecord::start_wall}, Field{"stop_wall", &ProcessRecord::stop_wall},
    Field{"start_instant", &ProcessRecord::start_instant},
    Field{"stop_instant", &ProcessRecord::stop_instant},
    Field{"event_instant", &ProcessRecord::event_instant},
    Field{"event_wall", &ProcessRecord::event_wall},
    Field{"extra_args", &ProcessRecord::extra_args}, Field{"disabled", &ProcessRecord::disabled},
    Field{"start_ordered", &ProcessRecord::start_ordered},
    Field{"stop_ordered", &ProcessRecord::stop_ordered}, Field{"program", &ProcessRecord::program},
    Field{"index", &ProcessRecord::index}, Field{"startsecs", &ProcessRecord::startsecs},
    Field{"stopwaitsecs", &ProcessRecord::stopwaitsecs},
    Field{"autorestarts", &ProcessRecord::autorestarts},
    Field{"has_stdout", &ProcessRecord::has_stdout},
    Field{"has_stderr", &ProcessRecord::has_stderr},
    Field{"arguments_fix", &ProcessRecord::arguments_fix});
template <>
inline constexpr auto kLayoutOf<Intent> = layout("Intent", Field{"process", &Intent::process},
                                                 Field{"intent", &Intent::intent},
                                                 Field{"extra_args", &Intent::extra_args},
                                                 Field{"strategy", &Intent::strategy});
template <>
inline constexpr auto kLayoutOf<Order> = layout("Order", Field{"id", &Order::id},
                                                Field{"kind", &Order::kind},
                                                Field{"process", &Order::process},
                                                Field{"extra_args", &Order::extra_args});
template <>
inline constexpr auto kLayoutOf<Fault> = layout("Fault", Field{"code", &Fault::code},
                                                Field{"detail", &Fault::detail});
template <>
inline constexpr auto kLayoutOf<Done> = layout("Done");
template <>
inline constexpr auto kLayoutOf<Started> = layout("Started", Field{"namespec", &Started::namespec});
template <>
inline constexpr auto kLayoutOf<OrderResult> = layout("OrderResult", Field{"id", &OrderResult::id},
                                                      Field{"fault", &OrderResult::fault});

// --- payloads ---
template <>
inline constexpr auto kLayoutOf<Tick> = layout("Tick", Field{"counter", &Tick::counter},
                                               Field{"instant", &Tick::instant},
                                               Field{"wall", &Tick::wall},
                                               Field{"digest", &Tick::digest});
template <>
inline constexpr auto kLayoutOf<Hello> = layout("Hello", Field{"identity", &Hello::identity});
template <>
inline constexpr auto kLayoutOf<HelloAnswer> = layout("HelloAnswer",
                                                      Field{"verdict", &HelloAnswer::verdict},
                                                      Field{"reasons", &HelloAnswer::reasons},
                                                      Field{"identity", &HelloAnswer::identity});
template <>
inline constexpr auto kLayoutOf<StateModes> =
    layout("StateModes", Field{"fsm", &StateModes::fsm}, Field{"master", &StateModes::master},
           Field{"term", &StateModes::term}, Field{"degraded", &StateModes::degraded},
           Field{"starting_jobs", &StateModes::starting_jobs},
           Field{"stopping_jobs", &StateModes::stopping_jobs},
           Field{"instance_states", &StateModes::instance_states});
template <>
inline constexpr auto kLayoutOf<ProcessChanged> = layout("ProcessChanged",
                                                         Field{"record", &ProcessChanged::record});
template <>
inline constexpr auto kLayoutOf<ProcessRemoved> =
    layout("ProcessRemoved", Field{"process", &ProcessRemoved::process});
template <>
inline constexpr auto kLayoutOf<IntentChanged> = layout("IntentChanged",
                                                        Field{"intent", &IntentChanged::intent});
template <>
inline constexpr auto kLayoutOf<ProcessForced> =
    layout("ProcessForced", Field{"process", &ProcessForced::process},
           Field{"state", &ProcessForced::state}, Field{"reason", &ProcessForced::reason},
           Field{"identifier", &ProcessForced::identifier},
           Field{"event_instant", &ProcessForced::event_instant});
template <>
inline constexpr auto kLayoutOf<SnapshotRequest> = layout("SnapshotRequest");
template <>
inline constexpr auto kLayoutOf<Snapshot> = layout("Snapshot", Field{"modes", &Snapshot::modes},
                                                   Field{"processes", &Snapshot::processes},
                                                   Field{"intents", &Snapshot::intents},
                                                   Field{"intents_term", &Snapshot::intents_term});
template <>
inline constexpr auto kLayoutOf<Probe> = layout("Probe", Field{"about", &Probe::about});
template <>
inline constexpr auto kLayoutOf<ProbeAnswer> = layout("ProbeAnswer",
                                                      Field{"about", &ProbeAnswer::about},
                                                      Field{"heard", &ProbeAnswer::heard});
template <>
inline constexpr auto kLayoutOf<Goodbye> = layout("Goodbye", Field{"reason", &Goodbye::reason},
                                                  Field{"drain", &Goodbye::drain});
template <>
inline constexpr auto kLayoutOf<Orders> = layout("Orders", Field{"orders", &Orders::orders});
template <>
inline constexpr auto kLayoutOf<OrderResults> = layout("OrderResults",
                                                       Field{"results", &OrderResults::results});
template <>
inline constexpr auto kLayoutOf<ForwardedRequest> = layout("ForwardedRequest",
                                                           Field{"id", &ForwardedRequest::id},
                                                           Field{"request",
                                                                 &ForwardedRequest::request});
template <>
inline constexpr auto kLayoutOf<StreamPosition> =
    layout("StreamPosition", Field{"identifier", &StreamPosition::identifier},
           Field{"boot", &StreamPosition::boot}, Field{"sequence", &StreamPosition::sequence});
template <>
inline constexpr auto kLayoutOf<ForwardedAnswer> = layout("ForwardedAnswer",
                                                          Field{"id", &ForwardedAnswer::id},
                                                          Field{"answer", &ForwardedAnswer::answer},
                                                          Field{"read", &ForwardedAnswer::read});
template <>
inline constexpr auto kLayoutOf<Forget> = layout("Forget",
                                                 Field{"identifier", &Forget::identifier});
template <>
inline constexpr auto kLayoutOf<Message> = layout("Message", Field{"version", &Message::version},
                                                  Field{"sender", &Message::sender},
                                                  Field{"sender_boot", &Message::sender_boot},
                                                  Field{"receiver_boot", &Message::receiver_boot},
                                                  Field{"sequence", &Message::sequence},
                                                  Field{"term", &Message::term},
                                                  Field{"payload", &Message::payload});

}  // namespace sup::codec
