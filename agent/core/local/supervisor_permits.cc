#include <algorithm>
#include <utility>

#include "agent/core/local/supervisor_link.h"
#include "common/base/text.h"

// The part of SupervisorLink about what users allow: disabled programs and processes beyond the
// number wanted.
namespace sup::core {
namespace {

constexpr std::string_view kCategory = "programs";

}  // namespace

// A change of the process, for those for whom it exists. What is to leave and is down ceases to
// exist: its stop is told first, a crash is not, for nothing is to be done about it (B-203).
void SupervisorLink::tell(Local& local) {
    const bool is_going =
        local.standing == Standing::Lingering || local.standing == Standing::Leaving;
    if (!is_going || !is_stopped_like(local.record.state)) {
        if (local.standing != Standing::Hidden) {
            news_.emplace_back(LocalChange{local.record});
        }
        return;
    }
    if (local.record.state == ProcessState::Stopped) {
        news_.emplace_back(LocalChange{local.record});
    }
    local.standing = Standing::Hidden;
    news_.emplace_back(LocalRemoval{local.record.process});
}

// Of a process that was read: one beyond the number wanted exists only while it runs.
void SupervisorLink::take_standing(Local& local) const {
    if (!permits_.is_surplus(local.record)) {
        local.standing = Standing::Shown;
    } else if (is_stopped_like(local.record.state)) {
        local.standing = Standing::Hidden;
    } else if (local.standing == Standing::Shown) {
        local.standing = Standing::Lingering;
    }
}

// What runs and must not is stopped, whoever started it (E-190).
void SupervisorLink::enforce(Local& local, Outbox& out) {
    const auto& record = local.record;
    const bool is_respawned =
        local.standing == Standing::Lingering && record.state == ProcessState::Backoff;
    const bool is_surplus =
        local.standing == Standing::Hidden || local.standing == Standing::Leaving || is_respawned;
    if ((!record.disabled && !is_surplus) || !is_running_like(record.state) ||
        phase_ != Phase::Up || local.stop_sent) {
        return;
    }
    const auto why = record.disabled
                         ? concat("program ", record.program, " is disabled here")
                         : concat("fewer processes of ", record.program, " are wanted here");
    out.warning(kCategory, concat(namespec_of(record.process), " is ", name_of(record.state),
                                  " though ", why, ": it is stopped"));
    local.stop_sent = true;
    calls_.add(Order{0, OrderKind::Stop, record.process, {}});
}

std::optional<Fault> SupervisorLink::refusal(const Local& local) const {
    const auto namespec = namespec_of(local.record.process);
    if (local.standing != Standing::Shown) {
        return Fault{FaultCode::BadName, namespec};
    }
    return local.record.disabled ? std::optional(Fault{FaultCode::Disabled, namespec})
                                 : std::nullopt;
}

std::vector<Startable> SupervisorLink::startables() const {
    std::vector<Startable> all;
    for (const auto& [name, local] : processes_) {
        all.push_back(
            {name, local.record.state, refusal(local), local.standing != Standing::Shown});
    }
    return all;
}

std::optional<LocalProgram> SupervisorLink::program(const std::string& name) const {
    LocalProgram program;
    for (const auto& [process, local] : processes_) {
        if (local.record.program != name) {
            continue;
        }
        program.declared = std::max(program.declared, local.record.index + 1);
        program.groups.insert(process.group);
        program.processes.push_back(local.record);
        if (const auto found = configured_.find(process); found != configured_.end()) {
            program.numbered = found->second.numbered;
            program.section = found->second.section;
        }
    }
    if (program.processes.empty()) {
        return std::nullopt;
    }
    const auto limit = permits_.limits.find(name);
    program.wanted = limit == permits_.limits.end() ? program.declared : limit->second;
    return program;
}

std::set<std::string> SupervisorLink::programs() const {
    std::set<std::string> names;
    for (const auto& [process, local] : processes_) {
        names.insert(local.record.program);
    }
    return names;
}

void SupervisorLink::disable(const std::string& program, Outbox& out) {
    permits_.disabled.insert(program);
    for (auto& [process, local] : processes_) {
        if (local.record.program == program && !std::exchange(local.record.disabled, true)) {
            tell(local);
            enforce(local, out);
        }
    }
}

void SupervisorLink::enable(const std::string& program) {
    permits_.disabled.erase(program);
    for (auto& [process, local] : processes_) {
        if (local.record.program == program && std::exchange(local.record.disabled, false)) {
            tell(local);
        }
    }
}

void SupervisorLink::start_automatic(const std::string& program, Outbox& out) {
    for (const auto& [process, local] : processes_) {
        const auto found = configured_.find(process);
        const bool is_automatic = found != configured_.end() && found->second.autostart;
        if (is_automatic && local.record.program == program &&
            is_stopped_like(local.record.state) && !refusal(local)) {
            start(ProcessName(process), out);
        }
    }
}

void SupervisorLink::limit(const std::string& program, std::int32_t wanted, Removal removal,
                           Outbox& out) {
    permits_.limits[program] = wanted;
    std::int32_t declared = 0;
    for (auto& [process, local] : processes_) {
        if (local.record.program != program) {
            continue;
        }
        declared = std::max(declared, local.record.index + 1);
        const auto before = local.standing;
        take_standing(local);
        if (local.standing == Standing::Lingering && removal == Removal::Stop) {
            local.standing = Standing::Leaving;
        }
        if (before == Standing::Shown && local.standing == Standing::Hidden) {
            news_.emplace_back(LocalRemoval{process});
        } else if (before == Standing::Hidden && local.standing == Standing::Shown) {
            tell(local);
            const auto found = configured_.find(process);
            if (found != configured_.end() && found->second.autostart && !refusal(local)) {
                start(ProcessName(process), out);
            }
        }
        enforce(local, out);
    }
    if (wanted >= declared) {
        permits_.limits.erase(program);
    }
}

std::vector<ProcessRecord> SupervisorLink::records_of(const std::set<std::string>& groups) const {
    std::vector<ProcessRecord> records;
    for (const auto& [process, local] : processes_) {
        if (groups.contains(process.group)) {
            records.push_back(local.record);
        }
    }
    return records;
}

bool SupervisorLink::has_infrastructure(const std::set<std::string>& groups) const {
    return std::any_of(configured_.begin(), configured_.end(), [&](const auto& entry) {
        return entry.second.is_infrastructure() && groups.contains(entry.first.group);
    });
}

void SupervisorLink::start(const ProcessName& process, Outbox& out) {
    carry_out(Order{0, OrderKind::Start, process, arguments_of(process)}, out);
}

void SupervisorLink::stop(const ProcessName& process, Outbox& out) {
    carry_out(Order{0, OrderKind::Stop, process, {}}, out);
}

void SupervisorLink::on_group_reply(const CallQueue::Call& call, std::optional<Fault> fault,
                                    std::vector<std::string> changed) {
    if (call.group) {
        news_.emplace_back(LocalGroupStep{*call.group, std::move(fault), std::move(changed)});
    }
}

}  // namespace sup::core
