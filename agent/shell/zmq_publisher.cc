#include "agent/shell/zmq_publisher.h"

#include <utility>

#include "agent/codec/event_json.h"
#include "agent/shell/zmq_socket.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

// Per subscriber: a burst of some thousand events passes, and a subscriber that sleeps costs a few
// MiB.
constexpr int kHighWaterMark = 10000;
// Subscribers send nothing but prefixes.
constexpr std::int64_t kLongestSubscription = 4096;

}  // namespace

ZmqPublisher::ZmqPublisher(std::string host, std::uint16_t port)
    : host_(std::move(host)), port_(port), context_(shared_zmq_context()) {}

ZmqPublisher::~ZmqPublisher() = default;

Status ZmqPublisher::bind() {
    try {
        zmq::socket_t socket(*context_, ZMQ_PUB);
        set_common_options(socket, kHighWaterMark);
        socket.set(zmq::sockopt::maxmsgsize, kLongestSubscription);
        if (auto bound = bind_socket(socket, {host_, port_, "event socket", "event_port"});
            !bound) {
            return bound;
        }
        socket_ = std::move(socket);
        is_open_ = true;
    } catch (const zmq::error_t& problem) {
        return Error{concat("event socket: ", problem.what())};
    }
    return {};
}

void ZmqPublisher::publish(const core::PublishEvent& event) {
    if (!is_open_) {
        return;
    }
    const auto text = codec::encode_event(event);
    if (send_frame(socket_, text.header, Last::No)) {
        send_frame(socket_, text.json, Last::Yes);
    }
}

}  // namespace sup::shell
