#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/command.h"

namespace sup::core {

// Collects the commands of one step, in order. The shell empties it after each step.
class Outbox {
public:
    template <typename C>
    void add(C command) {
        commands_.emplace_back(std::move(command));
    }
    void debug(std::string_view category, std::string text) {
        add(Note{NoteLevel::Debug, category, std::move(text)});
    }
    void info(std::string_view category, std::string text) {
        add(Note{NoteLevel::Info, category, std::move(text)});
    }
    void warning(std::string_view category, std::string text) {
        add(Note{NoteLevel::Warning, category, std::move(text)});
    }
    void error(std::string_view category, std::string text) {
        add(Note{NoteLevel::Error, category, std::move(text)});
    }

    std::vector<Command> take() { return std::exchange(commands_, {}); }
    const std::vector<Command>& commands() const { return commands_; }

private:
    std::vector<Command> commands_;
};

}  // namespace sup::core
