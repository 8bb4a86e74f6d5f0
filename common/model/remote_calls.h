#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sup {

// A call of a client to the interface of another instance, carried as it came: XML-RPC text, whose
// answer is an HTTP response. Repeated until it is taken; then, without its text, to ask how it is.
struct RemoteCall {
    std::uint64_t id = 0;  // of the sender, unique within its run
    std::string body;
    std::string authorization;  // the client's own header
};
struct RemoteResponse {
    std::uint32_t status = 200;
    std::string content_type;
    std::string body;
};
enum class RemoteProgress { Taken, Done, Lost };
struct RemoteAnswer {
    std::uint64_t id = 0;
    RemoteProgress progress = RemoteProgress::Taken;
    RemoteResponse response;  // of Done
};
// The largest call or response that is carried: less than a message may be.
inline constexpr std::size_t kMaxRemoteBytes = std::size_t{8} * 1024 * 1024;

}  // namespace sup
