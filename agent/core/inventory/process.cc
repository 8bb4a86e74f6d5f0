#include "agent/core/inventory/process.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/check.h"

namespace sup::core {
namespace {

ProcessState conflict_state(const Process& process) {
    constexpr std::array kPreference = {ProcessState::Running, ProcessState::Backoff,
                                        ProcessState::Starting, ProcessState::Stopping};
    for (const auto wanted : kPreference) {
        for (const auto instance : process.running_on) {
            const auto* copy = process.copy_on(instance);
            if (copy != nullptr && copy->record.state == wanted) {
                return wanted;
            }
        }
    }
    return ProcessState::Unknown;
}

void settle_stopped(Process& process) {
    const ProcessCopy* latest = nullptr;
    for (const auto& copy : process.copies) {
        if (copy.record.state == ProcessState::Stopping) {
            process.state = ProcessState::Stopping;
            process.expected_exit = true;
            return;
        }
        if (latest == nullptr || copy.received > latest->received) {
            latest = &copy;
        }
    }
    process.state = latest == nullptr ? ProcessState::Unknown : latest->record.state;
    process.expected_exit = latest == nullptr || latest->record.expected;
}

void insert_sorted(std::vector<InstanceId>& set, InstanceId instance) {
    const auto place = std::lower_bound(set.begin(), set.end(), instance);
    if (place == set.end() || *place != instance) {
        set.insert(place, instance);
    }
}

}  // namespace

const ProcessCopy* Process::copy_on(InstanceId instance) const {
    for (const auto& copy : copies) {
        if (copy.instance == instance) {
            return &copy;
        }
    }
    return nullptr;
}

ProcessCopy* Process::copy_on(InstanceId instance) {
    return const_cast<ProcessCopy*>(std::as_const(*this).copy_on(instance));
}

bool Process::runs_on(InstanceId instance) const {
    return is_running() &&
           std::find(running_on.begin(), running_on.end(), instance) != running_on.end();
}

std::vector<InstanceId> Process::up_on() const {
    auto up = running_on;
    std::erase_if(up, [&](InstanceId instance) {
        const auto* copy = copy_on(instance);
        return copy == nullptr || !is_running_like(copy->record.state);
    });
    return up;
}

std::optional<InstanceId> Process::ordered_on() const {
    const auto ordered = std::find_if(copies.begin(), copies.end(), [](const ProcessCopy& copy) {
        return copy.record.start_ordered;
    });
    return ordered == copies.end() ? std::nullopt : std::optional(ordered->instance);
}

bool Process::shows_crash() const {
    const auto shown = displayed_state();
    return shown == ProcessState::Fatal || (shown == ProcessState::Exited && !displayed_expected());
}

const std::string& Process::program() const {
    static const std::string kNone;
    return copies.empty() ? kNone : copies.front().record.program;
}

std::int32_t Process::index() const {
    return copies.empty() ? 0 : copies.front().record.index;
}

void synthesize(Process& process) {
    if (process.running_on.size() > 1) {
        process.state = conflict_state(process);
        return;  // expected_exit stays as it is
    }
    if (process.running_on.size() == 1) {
        const auto* copy = process.copy_on(process.running_on.front());
        SUP_CHECK(copy != nullptr, "a process runs only where it is known");
        process.state = copy->record.state;
        process.expected_exit = true;
        return;
    }
    settle_stopped(process);
}

void apply_news(Process& process, InstanceId instance, ProcessState state) {
    if (is_stopped_like(state)) {
        std::erase(process.running_on, instance);
    } else if (is_running_like(state)) {
        if (process.is_stopped()) {
            process.running_on.clear();
        }
        insert_sorted(process.running_on, instance);
    }
    synthesize(process);
}

}  // namespace sup::core
