#pragma once

#include "agent/codec/wire_layout.h"
#include "common/model/messages.h"

// The tables of what an agent tells of itself at the handshake. See message_layout.h.
namespace sup::codec {

template <>
inline constexpr auto kLayoutOf<SupervisorSession> =
    layout("SupervisorSession", Field{"pid", &SupervisorSession::pid},
           Field{"start_ticks", &SupervisorSession::start_ticks},
           Field{"restarts", &SupervisorSession::restarts});
template <>
inline constexpr auto kLayoutOf<NetworkAddress> =
    layout("NetworkAddress", Field{"host_name", &NetworkAddress::host_name},
           Field{"aliases", &NetworkAddress::aliases},
           Field{"ipv4_addresses", &NetworkAddress::ipv4_addresses},
           Field{"nic_name", &NetworkAddress::nic_name},
           Field{"ipv4_address", &NetworkAddress::ipv4_address},
           Field{"netmask", &NetworkAddress::netmask});
template <>
inline constexpr auto kLayoutOf<NetworkFacts> =
    layout("NetworkFacts", Field{"machine_id", &NetworkFacts::machine_id},
           Field{"fqdn", &NetworkFacts::fqdn}, Field{"addresses", &NetworkFacts::addresses});
template <>
inline constexpr auto kLayoutOf<PeerIdentity> = layout(
    "PeerIdentity", Field{"nick", &PeerIdentity::nick}, Field{"node", &PeerIdentity::node},
    Field{"api_port", &PeerIdentity::api_port}, Field{"stereotypes", &PeerIdentity::stereotypes},
    Field{"options", &PeerIdentity::options}, Field{"rules_digest", &PeerIdentity::rules_digest},
    Field{"supervisor", &PeerIdentity::supervisor}, Field{"network", &PeerIdentity::network});
}  // namespace sup::codec
