#pragma once

#include <string>

#include "common/config/options.h"
#include "common/config/section_reader.h"

// What options imply for each other, and what they must not say together.
namespace sup::config {

// Each identifier and nick names one instance only, whichever of the two it is (O-54).
void refuse_duplicates(const Options& options, SectionReader& reader);

// Sets options.local, or reports why no place in the list is ours (O-62).
void recognise_local(Options& options, SectionReader& reader, const InetServer& inet,
                     const HostFacts& host);

// supervisord's own identifier plays no part, which deserves a word when it differs (O-63).
void warn_identifier(const Options& options, SectionReader& reader,
                     const std::string& daemon_identifier);

// The port of the list prevails over the option, which stands for the local instance only.
enum class InternalPort { Deduced, Written };  // whether our own item has its third part
void settle_internal_port(Options& options, SectionReader& reader, InternalPort in_list);

// O-40..O-43.
void settle_synchronization(Options& options, SectionReader& reader);

// Without key, nobody but this host may be in the federation, unless it was said on purpose. With
// discovery, whose configurations had none, it is a warning.
void require_key(const Options& options, SectionReader& reader);

// Announcements are signed with the key of the federation unless another one is given; a user who
// signs none hears of it, unless it was said on purpose.
void settle_multicast_key(Options& options, SectionReader& reader);

// Gives the missing ports their defaults, and refuses two equal ones: but the API may have the port
// of supervisord's own server on another address, so that clients of the plugin find it there.
void settle_ports(Options& options, SectionReader& reader, const InetServer& inet);

// Without user and password the API is served on loopback only.
void refuse_open_api(const Options& options, SectionReader& reader, const InetServer& inet);

}  // namespace sup::config
