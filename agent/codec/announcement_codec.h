#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/model/announcement.h"

// The datagrams of discovery (O-71, O-75, D-44). Anybody who reaches the group may send one: what
// is not exactly as it should be is refused, before the digest has been checked nothing is
// believed.
//
//     "SUPD"  version (1 byte)  'K' or 'O'  digest (32 bytes)  MessagePack
//
// K: the digest is keyed, by a secret that all instances share. O: the same digest with an empty
// key, which finds damage and nothing else. It covers all that surrounds it. The MessagePack is the
// array host, http_port, federation_port, nick, stereotypes, boot, counter.
namespace sup::codec {

inline constexpr int kDatagramVersion = 1;
// Within one Ethernet frame: a fragment that is lost loses the whole.
inline constexpr std::size_t kMaxDatagramBytes = 1400;
inline constexpr std::size_t kMaxStereotypes = 32;
inline constexpr std::size_t kMaxNameBytes = 255;  // of a host, a nick, a stereotype

// The secret, from the text of its file. Empty text: no key.
struct DiscoveryKey {
    std::string secret;
    bool is_set() const { return !secret.empty(); }
};
DiscoveryKey make_discovery_key(std::string_view file_text);

// An error when the instance has too many, or too long, names for one datagram.
Result<std::string> encode_announcement(const Announcement& announcement, const DiscoveryKey& key);

// Errors say what was found, and what was expected.
Result<Announcement> decode_announcement(std::string_view datagram, const DiscoveryKey& key);

}  // namespace sup::codec
