#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/model/messages.h"

namespace sup {

// What an instance tells to all who listen to its multicast group, once per tick (O-71): who it is,
// and where its agent is reached. The identifier is always `host:http_port` (O-51).
struct Announcement {
    std::string identifier;
    std::string nick;
    std::string host;  // as its own configuration names it: must mean the same to those who hear it
    std::uint16_t http_port = 0;
    std::uint16_t federation_port = 0;
    std::vector<std::string> stereotypes;
    BootId boot = 0;            // of its agent
    std::uint64_t counter = 0;  // grows with each announcement of that boot: tells an old one
    bool operator==(const Announcement&) const = default;
};

}  // namespace sup
