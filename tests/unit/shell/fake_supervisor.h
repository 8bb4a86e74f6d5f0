#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/shell/unique_fd.h"

namespace sup::shell::test {

// An HTTP server on loopback that says, for each request, exactly the bytes it is told to say, then
// closes. It serves one connection at a time, as supervisord does.
class FakeSupervisor {
public:
    // From the text of a request, headers and body, to the bytes of the answer.
    using Answer = std::function<std::string(const std::string& request)>;

    explicit FakeSupervisor(Answer answer)
        : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
        getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        listen(listener_.get(), 16);
        thread_ = std::thread([this] { serve(); });
    }
    ~FakeSupervisor() {
        is_ending_ = true;
        thread_.join();
    }
    FakeSupervisor(const FakeSupervisor&) = delete;
    FakeSupervisor& operator=(const FakeSupervisor&) = delete;

    std::uint16_t port() const { return port_; }
    std::vector<std::string> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

    static std::string ok(const std::string& body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static std::string value(const std::string& value) {
        return ok("<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>" + value +
                  "</value>\n</param>\n</params>\n</methodResponse>\n");
    }
    static std::string fault(int code, const std::string& text) {
        return ok("<?xml version='1.0'?><methodResponse><fault><value>" + fault_struct(code, text) +
                  "</value></fault></methodResponse>");
    }
    static std::string fault_struct(int code, const std::string& text) {
        return "<struct><member><name>faultCode</name><value><int>" + std::to_string(code) +
               "</int></value></member><member><name>faultString</name><value><string>" + text +
               "</string></value></member></struct>";
    }

private:
    bool wait_readable(int descriptor) const {
        pollfd entry{descriptor, POLLIN, 0};
        while (!is_ending_) {
            if (poll(&entry, 1, 10) > 0) {
                return true;
            }
        }
        return false;
    }
    void serve() {
        while (wait_readable(listener_.get())) {
            const UniqueFd connection(accept(listener_.get(), nullptr, nullptr));
            const std::string request = read_request(connection.get());
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(request);
            }
            const std::string answer = answer_(request);
            send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
        }
    }
    std::string read_request(int connection) const {
        std::string request;
        while (request.find("</methodCall>") == std::string::npos && wait_readable(connection)) {
            char bytes[4096];
            const auto got = recv(connection, bytes, sizeof bytes, 0);
            if (got <= 0) {
                break;
            }
            request.append(bytes, static_cast<std::size_t>(got));
        }
        return request;
    }

    Answer answer_;
    UniqueFd listener_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_{false};
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace sup::shell::test
