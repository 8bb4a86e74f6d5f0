#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/shell/event_loop.h"
#include "agent/shell/rules_files.h"
#include "agent/shell/worker.h"
#include "common/config/supervisor_config.h"

namespace sup::shell {

// What is read again: the files alone tell of processes; rules only when asked for.
enum class ReloadWhat { Configuration, ConfigurationAndRules };

struct Reloaded {
    config::ConfigurationOutcome configuration;
    std::optional<RulesReading> rules;
};

// Reads the files again, off the loop, on a thread that lives only meanwhile.
class Reloader {
public:
    using OnReloaded = std::function<void(Reloaded)>;

    Reloader(EventLoop& loop, std::string path, config::HostFacts host, OnReloaded on_reloaded);

    // What is asked while files are being read is read once more afterwards.
    void reload(ReloadWhat what);

private:
    void begin(ReloadWhat what);
    void finish(Reloaded reloaded);

    EventLoop& loop_;
    std::string path_;
    config::HostFacts host_;
    std::shared_ptr<OnReloaded> on_reloaded_;
    std::optional<ReloadWhat> next_;
    std::unique_ptr<Worker> worker_;  // last: ends before what it uses
};

}  // namespace sup::shell
