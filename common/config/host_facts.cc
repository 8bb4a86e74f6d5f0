#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "common/base/text.h"
#include "common/config/file_access.h"
#include "common/config/supervisor_config.h"

// The only file of the reader that asks the system.
namespace sup::config {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_to_end(int file) {
    std::string content;
    char buffer[16384];
    while (true) {
        const auto count = read(file, buffer, sizeof buffer);
        if (count == 0) {
            return content;
        }
        if (count < 0 && errno != EINTR) {
            return Error{std::strerror(errno)};
        }
        content.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
}

class SystemFiles final : public FileAccess {
public:
    Result<std::string> read(const std::string& path) const override {
        if (kind(path) == Kind::Directory) {
            return Error{"it is a directory"};
        }
        const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            return Error{std::strerror(errno)};
        }
        auto content = read_to_end(file);
        close(file);
        return content;
    }

    std::vector<Entry> list(const std::string& directory) const override {
        std::vector<Entry> entries;
        std::error_code failure;
        for (fs::directory_iterator entry(directory, failure), end; !failure && entry != end;
             entry.increment(failure)) {
            entries.push_back({entry->path().filename().string(), kind(entry->path().string())});
        }
        return entries;
    }

    Kind kind(const std::string& path) const override {
        std::error_code failure;
        const auto status = fs::status(path, failure);
        if (failure || !fs::exists(status)) {
            return Kind::Missing;
        }
        return fs::is_directory(status) ? Kind::Directory : Kind::File;
    }

    bool exists(const std::string& path) const override {
        std::error_code failure;
        return fs::exists(fs::symlink_status(path, failure));
    }
};

void add_once(std::vector<std::string>& names, std::string name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
    }
}

struct AddressesEnd {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesEnd>;

Addresses look_up(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_family = AF_INET;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_CANONNAME;
    addrinfo* found = nullptr;
    return Addresses(getaddrinfo(host.c_str(), nullptr, &wanted, &found) == 0 ? found : nullptr);
}

std::string address_text(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address->sa_family == AF_INET) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, address, sizeof ipv4);
        inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof text);
    } else if (address->sa_family == AF_INET6) {
        sockaddr_in6 ipv6{};
        std::memcpy(&ipv6, address, sizeof ipv6);
        inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof text);
    }
    return text;
}

std::vector<std::string> resolve(const std::string& host) {
    std::vector<std::string> addresses;
    const auto found = look_up(host);
    for (const auto* each = found.get(); each != nullptr; each = each->ai_next) {
        add_once(addresses, address_text(each->ai_addr));
    }
    return addresses;
}

// Names first, then the addresses of the interfaces that are not loopback. Nothing is looked up in
// reverse: a list item of another name is resolved instead, when the need arises.
std::vector<std::string> local_names(const std::string& hostname) {
    std::vector<std::string> names;
    add_once(names, hostname);
    add_once(names, hostname.substr(0, hostname.find('.')));
    if (const auto found = look_up(hostname); found && found->ai_canonname != nullptr) {
        add_once(names, found->ai_canonname);
    }
    ifaddrs* interfaces = nullptr;
    if (getifaddrs(&interfaces) != 0) {
        return names;
    }
    for (const auto* each = interfaces; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr != nullptr && (each->ifa_flags & IFF_LOOPBACK) == 0) {
            add_once(names, address_text(each->ifa_addr));
        }
    }
    freeifaddrs(interfaces);
    return names;
}

std::map<std::string, std::string> environment() {
    std::map<std::string, std::string> variables;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view text(*each);
        const auto equal = text.find('=');
        if (equal != std::string_view::npos) {
            variables.emplace(text.substr(0, equal), text.substr(equal + 1));
        }
    }
    return variables;
}

}  // namespace

const FileAccess& system_files() {
    static const SystemFiles files;
    return files;
}

HostFacts read_host_facts() {
    HostFacts facts;
    facts.environment = environment();
    utsname system{};
    if (uname(&system) == 0) {
        facts.hostname = system.nodename;
    }
    facts.local_names = local_names(facts.hostname);
    if (const auto content = system_files().read("/etc/machine-id")) {
        facts.machine_id = std::string(trim(*content));
    }
    std::error_code failure;
    facts.working_directory = fs::current_path(failure).string();
    facts.resolve = resolve;
    return facts;
}

}  // namespace sup::config
