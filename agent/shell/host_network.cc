#include "agent/shell/host_network.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netpacket/packet.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

#include "agent/shell/worker.h"

namespace sup::shell {
namespace {

struct InterfacesEnd {
    void operator()(ifaddrs* list) const { freeifaddrs(list); }
};
using Interfaces = std::unique_ptr<ifaddrs, InterfacesEnd>;

std::string ipv4_text(const sockaddr* address) {
    std::array<char, INET_ADDRSTRLEN> text{};
    if (address != nullptr && address->sa_family == AF_INET) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, address, sizeof ipv4);
        inet_ntop(AF_INET, &ipv4.sin_addr, text.data(), text.size());
    }
    return text.data();
}

// Empty when the interface has no hardware address of six bytes.
std::string hardware_text(const sockaddr* address) {
    static constexpr char kDigits[] = "0123456789abcdef";
    sockaddr_ll hardware{};
    std::memcpy(&hardware, address, sizeof hardware);
    std::string text;
    constexpr int kBytes = 6;
    for (int i = 0; hardware.sll_halen == kBytes && i < kBytes; ++i) {
        text += i == 0 ? "" : ":";
        text += kDigits[hardware.sll_addr[i] >> 4];
        text += kDigits[hardware.sll_addr[i] & 0xf];
    }
    return text;
}

NetworkFacts read_interfaces() {
    NetworkFacts facts;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) {
        return facts;
    }
    const Interfaces interfaces(list);
    for (const auto* each = list; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_LOOPBACK) != 0) {
            continue;
        }
        if (each->ifa_addr->sa_family == AF_PACKET && facts.machine_id.empty()) {
            facts.machine_id = hardware_text(each->ifa_addr);
        } else if (each->ifa_addr->sa_family == AF_INET) {
            auto& address = facts.addresses[each->ifa_name];
            address.nic_name = each->ifa_name;
            address.ipv4_address = ipv4_text(each->ifa_addr);
            address.netmask = ipv4_text(each->ifa_netmask);
            address.ipv4_addresses = {address.ipv4_address};
        }
    }
    return facts;
}

std::vector<std::string> list_of(char* const* items) {
    std::vector<std::string> texts;
    for (; *items != nullptr; ++items) {
        texts.emplace_back(*items);
    }
    return texts;
}

void name_address(NetworkAddress& address) {
    in_addr ipv4{};
    inet_pton(AF_INET, address.ipv4_address.c_str(), &ipv4);
    hostent entry{};
    hostent* found = nullptr;
    int problem = 0;
    std::array<char, 8192> buffer{};
    if (gethostbyaddr_r(&ipv4, sizeof ipv4, AF_INET, &entry, buffer.data(), buffer.size(), &found,
                        &problem) == 0 &&
        found != nullptr) {
        address.host_name = found->h_name;
        address.aliases = list_of(found->h_aliases);
    }
}

std::string full_name_of_host() {
    std::array<char, 256> name{};
    gethostname(name.data(), name.size() - 1);
    addrinfo wanted{};
    wanted.ai_family = AF_INET;
    wanted.ai_flags = AI_CANONNAME;
    addrinfo* found = nullptr;
    std::string full = name.data();
    if (getaddrinfo(name.data(), nullptr, &wanted, &found) == 0) {
        full = found->ai_canonname != nullptr ? found->ai_canonname : full;
        freeaddrinfo(found);
    }
    return full;
}

}  // namespace

NetworkFacts read_host_network(Duration patience) {
    auto facts = read_interfaces();
    auto named = std::make_shared<std::promise<NetworkFacts>>();
    auto ready = named->get_future();
    const SignalsBlocked quiet;
    // It may outlive us, in the hands of the resolver: it owns all that it touches.
    std::thread([facts, named]() mutable {
        facts.fqdn = full_name_of_host();
        for (auto& [nic, address] : facts.addresses) {
            name_address(address);
        }
        named->set_value(std::move(facts));
    }).detach();
    if (ready.wait_for(std::chrono::milliseconds(patience.ms)) == std::future_status::ready) {
        return ready.get();
    }
    return facts;
}

}  // namespace sup::shell
