#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "tests/sim/schedule.h"

namespace sup::sim {

// How a process of the operating system behaves, whoever started it.
struct Behaviour {
    Duration stop_takes = {50};          // from SIGTERM to its end; kIgnores: it does not care
    std::optional<Duration> ends_after;  // by itself, since its start
    int exit_code = 0;                   // of that end
    static constexpr Duration kIgnores = {-1};
};

// The processes of one machine. They outlive the supervisord that started them; only the machine's
// own end ends them all.
class Machine {
public:
    struct Ended {
        std::int32_t pid = 0;
        int exit_code = 0;  // -1: by a signal
    };
    using Listener = std::function<void(const Ended&)>;

    Machine(Schedule& schedule, std::int32_t first_pid) : schedule_(&schedule), last_(first_pid) {}
    void on_end(Listener listener) { listener_ = std::move(listener); }

    std::int32_t spawn(std::string name, const Behaviour& behaviour);
    bool is_alive(std::int32_t pid) const { return processes_.contains(pid); }
    void terminate(std::int32_t pid);  // SIGTERM
    void end(std::int32_t pid, int exit_code);
    void power_off() { processes_.clear(); }
    // Pids of the living processes of that name: the truth about copies.
    std::vector<std::int32_t> named(const std::string& name) const;
    // Those that live since before that instant: names by pid.
    std::map<std::int32_t, std::string> living_since(Instant before) const;

private:
    struct Process {
        std::string name;
        Behaviour behaviour;
        Instant started;
    };
    Schedule* schedule_;
    std::int32_t last_;
    std::map<std::int32_t, Process> processes_;
    Listener listener_;
};

}  // namespace sup::sim
