#include "agent/core/federation/postman.h"

#include <utility>

namespace sup::core {

Message Postman::envelope(Payload payload) const {
    Message message;
    message.sender = table_->identifier(table_->local());
    message.sender_boot = boot_;
    message.sequence = sequence_;
    message.term = term_;
    message.payload = std::move(payload);
    return message;
}

void Postman::send(InstanceId peer, Payload payload, Outbox& out) const {
    auto message = envelope(std::move(payload));
    message.receiver_boot = table_->at(peer).boot;
    out.add(SendToPeer{peer, std::move(message)});
}

void Postman::publish(Payload payload, Outbox& out) {
    ++sequence_;
    std::vector<InstanceId> receivers;
    for (const auto peer : table_->peers()) {
        const auto state = table_->at(peer).state;
        if (is_active(state) && state != InstanceState::Failed) {
            receivers.push_back(peer);
        }
    }
    broadcast(receivers, std::move(payload), out);
}

void Postman::broadcast(std::span<const InstanceId> peers, Payload payload, Outbox& out) const {
    if (!peers.empty()) {
        out.add(SendToPeers{{peers.begin(), peers.end()}, envelope(std::move(payload))});
    }
}

}  // namespace sup::core
