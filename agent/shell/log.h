#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agent/core/command.h"
#include "common/model/strategies.h"

// Where notes become lines. Writing is left to a thread behind a bounded queue, which drops the
// oldest line rather than make anybody wait. Nothing that happens to the log ends the agent or
// stops it. Callers never hand in secrets: what is logged is sentences, not options or requests as
// they came.
namespace sup::shell {

struct LogSettings {
    std::string file = "AUTO";                  // a path, AUTO: standard error, NONE or OFF, SYSLOG
    std::int64_t max_bytes = 50 * 1024 * 1024;  // 0: never rotated
    int backups = 10;
    LogLevel level = LogLevel::Info;
    std::string prefix;  // in front of each text, may be empty
};

class Log {
public:
    explicit Log(LogSettings settings);
    ~Log();  // writes what is queued
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    // From any thread. `<date> <LEVEL> <category>: <text>` on one line, whatever the text holds.
    void write(core::NoteLevel level, std::string_view category, std::string_view text);
    void debug(std::string_view category, std::string_view text);
    void info(std::string_view category, std::string_view text);
    void warning(std::string_view category, std::string_view text);
    void error(std::string_view category, std::string_view text);

    void set_level(LogLevel level);
    // Opens the file again, for tools that have moved it away.
    void reopen();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sup::shell
