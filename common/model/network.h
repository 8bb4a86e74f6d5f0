#pragma once

#include <map>
#include <string>
#include <vector>

// What an instance tells of its host (S6 of the API reference). Facts for users: whether two
// instances share a node is decided elsewhere (O-65).
namespace sup {

// One interface with an IPv4 address, and what that address is called.
struct NetworkAddress {
    std::string host_name;  // empty when the address has no name
    std::vector<std::string> aliases;
    std::vector<std::string> ipv4_addresses;
    std::string nic_name;
    std::string ipv4_address;
    std::string netmask;
    bool operator==(const NetworkAddress&) const = default;
};

struct NetworkFacts {
    std::string machine_id;  // first hardware address, as `aa:bb:cc:dd:ee:ff`
    std::string fqdn;
    std::map<std::string, NetworkAddress> addresses;  // by name of the interface, loopback excluded
    bool operator==(const NetworkFacts&) const = default;
};

}  // namespace sup
