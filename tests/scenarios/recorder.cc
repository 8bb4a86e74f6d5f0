#include "tests/scenarios/recorder.h"

#include "common/base/text.h"
#include "tests/sim/describe.h"

namespace sup::scenarios {
namespace {

std::string digits(std::int64_t number, std::size_t width) {
    auto text = concat(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string padded(std::string_view text, std::size_t width) {
    return std::string(text) + std::string(text.size() < width ? width - text.size() : 0, ' ');
}

}  // namespace

void Recorder::write(std::size_t instance, std::string_view category, const std::string& text) {
    const auto& name = fleet_->at(instance).name();
    if (!of_.empty() && !of_.contains(name)) {
        return;
    }
    const auto elapsed = fleet_->elapsed().ms;
    lines_.push_back(concat(digits(elapsed / 1000, 2), ".", digits(elapsed % 1000, 3), " ", name,
                            " ", padded(category, 10), " ", text));
}

void Recorder::on_note(std::size_t instance, const core::Note& note) {
    const bool is_fine = note.level == core::NoteLevel::Debug;
    const bool is_wanted = wants("notes") || wants(note.category);
    if (is_wanted && (!is_fine || wants("debug"))) {
        const bool is_bad = note.level == core::NoteLevel::Error;
        write(instance, note.category, is_bad ? "ERROR " + note.text : note.text);
    }
}

void Recorder::note_intent(const Message& message) {
    if (const auto* change = std::get_if<IntentChanged>(&message.payload)) {
        const auto text = sim::describe(message);
        intents_[namespec_of(change->intent.process)] = text.substr(text.find("intent ") + 7);
    }
}

void Recorder::on_command(std::size_t instance, const core::Command& command) {
    if (const auto* note = std::get_if<core::Note>(&command)) {
        on_note(instance, *note);
    } else if (const auto* answer = std::get_if<core::AnswerOperator>(&command)) {
        answers_[answer->id] = sim::describe(answer->answer);
        write(instance, "answer", concat(answer->id, ": ", sim::describe(answer->answer)));
    } else if (std::holds_alternative<core::AnswerRemoteCall>(command)) {
        write(instance, "answer", sim::describe(command).substr(7));
    } else if (const auto* serve = std::get_if<core::ServeRemoteCall>(&command)) {
        write(instance, "serve", serve->body);
    } else if (const auto* send = std::get_if<core::SendToPeers>(&command)) {
        note_intent(send->message);
    } else if (const auto* call = std::get_if<core::CallSupervisor>(&command)) {
        const bool is_read = std::holds_alternative<core::ReadEverything>(call->call) ||
                             std::holds_alternative<core::ReadProcesses>(call->call);
        if (wants(is_read ? "reads" : "calls")) {
            write(instance, "call", sim::describe(command).substr(5));
        }
    } else if (std::holds_alternative<core::PublishEvent>(command) && wants("events")) {
        write(instance, "event", sim::describe(command).substr(8));
    } else if (std::holds_alternative<core::SignalPid>(command) && wants("signals")) {
        write(instance, "signal", sim::describe(command).substr(7));
    } else if (std::holds_alternative<core::StorePrograms>(command) && wants("stores")) {
        write(instance, "store", sim::describe(command).substr(6));
    } else if (std::holds_alternative<core::Terminate>(command)) {
        write(instance, "end", sim::describe(command).substr(10));
    }
}

void Recorder::on_delivery(std::size_t, std::size_t to, const Message& message) {
    if (wants("messages") && !std::holds_alternative<Tick>(message.payload)) {
        write(to, "message", sim::describe(message));
    }
}

void Recorder::on_moved(std::size_t instance, const ProcessName& process, ProcessState state) {
    if (state == ProcessState::Starting) {
        ++starts_[process.group + ":" + process.name];
    }
    if (wants("truth")) {
        write(instance, "truth", concat(namespec_of(process), " ", name_of(state)));
    }
}

}  // namespace sup::scenarios
