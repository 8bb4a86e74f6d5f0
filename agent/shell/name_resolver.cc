#include "agent/shell/name_resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "agent/shell/worker.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

Result<std::string> ask_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int problem = getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (problem != 0) {
        return Error{concat("host ", host, " has no address: ", gai_strerror(problem))};
    }
    const auto* address = reinterpret_cast<const sockaddr_in*>(found->ai_addr);
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    freeaddrinfo(found);
    return std::string(text);
}

}  // namespace

// Closed by the resolver's end: a thread that comes later finds no loop.
struct NameResolver::Gate {
    std::mutex mutex;
    EventLoop* loop = nullptr;
};

NameResolver::NameResolver(EventLoop& loop) : gate_(std::make_shared<Gate>()) {
    gate_->loop = &loop;
}

NameResolver::~NameResolver() {
    const std::lock_guard lock(gate_->mutex);
    gate_->loop = nullptr;
}

void NameResolver::resolve(const std::string& host, OnAddress on_address) {
    const auto deliver = [](const std::shared_ptr<Gate>& gate, OnAddress done,
                            Result<std::string> answer) {
        const std::lock_guard lock(gate->mutex);
        if (gate->loop == nullptr) {
            return;
        }
        gate->loop->post([gate, done = std::move(done), answer = std::move(answer)] {
            // Only this thread closes the gate.
            if (gate->loop != nullptr) {
                done(answer);
            }
        });
    };
    try {
        const SignalsBlocked blocked;
        std::thread([gate = gate_, host, on_address, deliver] {
            deliver(gate, on_address, ask_system(host));
        }).detach();
    } catch (const std::system_error& problem) {
        deliver(gate_, std::move(on_address),
                Error{concat("no thread to resolve ", host, ": ", problem.what())});
    }
}

bool is_numeric_address(const std::string& host) {
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || (is_numeric_address(host) && host.starts_with("127."));
}

}  // namespace sup::shell
