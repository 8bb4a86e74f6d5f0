#include "tests/sim/machine.h"

#include <utility>

namespace sup::sim {

std::int32_t Machine::spawn(std::string name, const Behaviour& behaviour) {
    const auto pid = ++last_;
    processes_[pid] = {std::move(name), behaviour, schedule_->now()};
    if (behaviour.ends_after) {
        schedule_->after(*behaviour.ends_after,
                         [this, pid, code = behaviour.exit_code] { end(pid, code); });
    }
    return pid;
}

void Machine::terminate(std::int32_t pid) {
    const auto found = processes_.find(pid);
    if (found != processes_.end() && found->second.behaviour.stop_takes != Behaviour::kIgnores) {
        schedule_->after(found->second.behaviour.stop_takes, [this, pid] { end(pid, -1); });
    }
}

void Machine::end(std::int32_t pid, int exit_code) {
    if (processes_.erase(pid) != 0 && listener_) {
        listener_({pid, exit_code});
    }
}

std::vector<std::int32_t> Machine::named(const std::string& name) const {
    std::vector<std::int32_t> pids;
    for (const auto& [pid, process] : processes_) {
        if (process.name == name) {
            pids.push_back(pid);
        }
    }
    return pids;
}

std::map<std::int32_t, std::string> Machine::living_since(Instant before) const {
    std::map<std::int32_t, std::string> living;
    for (const auto& [pid, process] : processes_) {
        if (process.started <= before) {
            living[pid] = process.name;
        }
    }
    return living;
}

}  // namespace sup::sim
