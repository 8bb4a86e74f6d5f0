#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/command.h"

namespace sup::core {

// Collects the commands of one step, in order. The shell empties it after each step.
//
// Everybody writes here: what handles a whole Command is compiled once, in outbox.cc.
class Outbox {
public:
    Outbox();
    ~Outbox();
    Outbox(Outbox&&) noexcept;
    Outbox& operator=(Outbox&&) noexcept;

    // Of any kind that Command has.
    template <typename C>
    void add(C command);
    void debug(std::string_view category, std::string text);
    void info(std::string_view category, std::string text);
    void warning(std::string_view category, std::string text);
    void error(std::string_view category, std::string text);

    std::vector<Command> take();
    const std::vector<Command>& commands() const { return commands_; }

private:
    std::vector<Command> commands_;
};

}  // namespace sup::core
