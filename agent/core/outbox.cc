#include "agent/core/outbox.h"

#include <utility>

namespace sup::core {

Outbox::Outbox() = default;
Outbox::~Outbox() = default;
Outbox::Outbox(Outbox&&) noexcept = default;
Outbox& Outbox::operator=(Outbox&&) noexcept = default;

template <typename C>
void Outbox::add(C command) {
    commands_.emplace_back(std::move(command));
}

template void Outbox::add(SendToPeer);
template void Outbox::add(SendToPeers);
template void Outbox::add(Announce);
template void Outbox::add(ConnectPeer);
template void Outbox::add(DisconnectPeer);
template void Outbox::add(CallSupervisor);
template void Outbox::add(NudgeSupervisor);
template void Outbox::add(WatchPid);
template void Outbox::add(UnwatchPid);
template void Outbox::add(SignalPid);
template void Outbox::add(FindOrphans);
template void Outbox::add(StorePrograms);
template void Outbox::add(ServeRemoteCall);
template void Outbox::add(AnswerRemoteCall);
template void Outbox::add(AnswerOperator);
template void Outbox::add(PublishEvent);
template void Outbox::add(Note);
template void Outbox::add(Terminate);

void Outbox::debug(std::string_view category, std::string text) {
    add(Note{NoteLevel::Debug, category, std::move(text)});
}

void Outbox::info(std::string_view category, std::string text) {
    add(Note{NoteLevel::Info, category, std::move(text)});
}

void Outbox::warning(std::string_view category, std::string text) {
    add(Note{NoteLevel::Warning, category, std::move(text)});
}

void Outbox::error(std::string_view category, std::string text) {
    add(Note{NoteLevel::Error, category, std::move(text)});
}

std::vector<Command> Outbox::take() {
    return std::exchange(commands_, {});
}

}  // namespace sup::core
