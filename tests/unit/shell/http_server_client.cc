#include "http_server_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <utility>

#include "common/base/text.h"

namespace sup::shell {

void run_on(EventLoop& loop, const std::function<void()>& task) {
    std::promise<void> done;
    loop.post([&] {
        task();
        done.set_value();
    });
    done.get_future().wait();
}

bool is_kept(std::promise<void>& promise) {
    return promise.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
}

RawClient::RawClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    REQUIRE(descriptor_ >= 0);
    const timeval patience{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
}

RawClient::~RawClient() {
    close();
}

void RawClient::close() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

// The server may end the connection before it has read everything: that is no failure here.
void RawClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool RawClient::read_more() {
    std::array<char, 65536> bytes;
    const auto count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (count <= 0) {
        return false;
    }
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
}

std::string RawClient::read_response() {
    constexpr std::string_view kLength = "Content-Length: ";
    auto end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (!read_more()) {
            return {};
        }
        end = buffer_.find("\r\n\r\n");
    }
    std::size_t total = end + 4;
    if (const auto at = buffer_.find(kLength); at < end) {
        const auto start = at + kLength.size();
        const auto digits = std::string_view(buffer_).substr(start, buffer_.find('\r', at) - start);
        total += static_cast<std::size_t>(parse_integer(digits).value_or(0));
    }
    while (buffer_.size() < total) {
        if (!read_more()) {
            return {};
        }
    }
    const auto response = buffer_.substr(0, total);
    buffer_.erase(0, total);
    return response;
}

std::string RawClient::read_head() {
    constexpr std::string_view kEmptyLine = "\r\n\r\n";
    while (buffer_.find(kEmptyLine) == std::string::npos) {
        if (!read_more()) {
            return {};
        }
    }
    return read_bytes(buffer_.find(kEmptyLine) + kEmptyLine.size());
}

std::string RawClient::read_bytes(std::size_t count) {
    while (buffer_.size() < count && read_more()) {
    }
    const auto bytes = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return bytes;
}

std::string RawClient::read_all() {
    while (read_more()) {
    }
    return std::exchange(buffer_, {});
}

bool RawClient::is_ended() {
    std::array<char, 4096> bytes;
    auto count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    while (count > 0) {
        count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    }
    return count == 0 || errno == ECONNRESET;
}

std::string post(std::string_view body, std::string_view headers) {
    return concat("POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: ", body.size(), "\r\n",
                  headers, "\r\n", body);
}

unsigned status_of(std::string_view response) {
    return static_cast<unsigned>(
        parse_integer(response.substr(std::min<std::size_t>(9, response.size()), 3)).value_or(0));
}

std::string body_of(std::string_view response) {
    const auto end = response.find("\r\n\r\n");
    return end == response.npos ? std::string() : std::string(response.substr(end + 4));
}

}  // namespace sup::shell
