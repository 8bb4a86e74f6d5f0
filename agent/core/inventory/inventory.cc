#include "agent/core/inventory/inventory.h"

#include <algorithm>
#include <utility>

#include "agent/core/inventory/evaluation.h"
#include "common/base/check.h"
#include "common/base/hash.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

// Only what the owner publishes at each change: uptimes and the like do not count.
std::uint64_t hash_of(const ProcessRecord& record) {
    Hasher hasher;
    hasher.add(record.process.group);
    hasher.add(record.process.name);
    hasher.add(static_cast<std::int64_t>(code_of(record.state)));
    hasher.add(static_cast<std::int64_t>(record.expected));
    hasher.add(static_cast<std::int64_t>(record.pid));
    hasher.add(record.spawn_error);
    hasher.add(record.extra_args);
    hasher.add(record.arguments_fix);
    hasher.add(static_cast<std::int64_t>(record.disabled));
    hasher.add(static_cast<std::int64_t>(record.start_ordered));
    return hasher.value();
}

}  // namespace

Inventory::Inventory(rules::RuleSet rules, std::vector<std::string> instances)
    : rules_(std::move(rules)), instances_(std::move(instances)), digests_(instances_.size(), 0) {}

void Inventory::replace_all(InstanceId instance, std::span<const ProcessRecord> records,
                            Session session, Instant now) {
    std::set<ProcessName> present;
    for (const auto& record : records) {
        present.insert(record.process);
        const auto id = obtain(record.process);
        const auto before = at(id).state;
        const bool ran = at(id).runs_on(instance);
        auto* copy = edit(id).copy_on(instance);
        if (copy != nullptr && copy->record == record) {
            continue;
        }
        store(id, instance, record, now);
        edit(id).copy_on(instance)->has_crashed = record.is_crash();
        if (session == Session::Other && ran && at(id).running_on.empty()) {
            edit(id).lost = true;
            index(id);
        }
        note(Change::Kind::Loaded, id, instance, before);
    }
    for (std::uint32_t i = 0; i < processes_.size(); ++i) {
        const auto& process = processes_[i];
        if (process.copy_on(instance) != nullptr && !present.contains(process.name)) {
            remove(instance, ProcessName(process.name), now);
        }
    }
}

ProcessId Inventory::update(InstanceId instance, const ProcessRecord& record, Instant now) {
    const auto id = obtain(record.process);
    const auto before = at(id).state;
    auto* copy = edit(id).copy_on(instance);
    const bool is_new = copy == nullptr;
    // The same event told with more detail (its pid, the text of its error) is no event.
    const bool is_event = !is_new && (copy->record.state != record.state ||
                                      copy->record.event_instant != record.event_instant);
    const bool is_disability = !is_new && !is_event && copy->record.disabled != record.disabled;
    const bool had_crashed = !is_new && copy->has_crashed;
    const bool was_ordered = !is_new && copy->record.start_ordered;
    store(id, instance, record, now);
    edit(id).copy_on(instance)->has_crashed = had_crashed || record.is_crash();
    // Who starts it says with what (B-95). An instance where it takes no extra arguments does not.
    if (is_event && is_running_like(record.state) && record.arguments_fix.empty()) {
        edit(id).extra_args = record.extra_args;
    }
    note(is_event        ? Change::Kind::Event
         : is_disability ? Change::Kind::Disability
                         : Change::Kind::Loaded,
         id, instance, before);
    changes_.back().by_order = was_ordered;
    return id;
}

void Inventory::store(ProcessId id, InstanceId instance, const ProcessRecord& record, Instant now) {
    auto& process = edit(id);
    auto* copy = process.copy_on(instance);
    if (copy == nullptr) {
        const auto place =
            std::find_if(process.copies.begin(), process.copies.end(),
                         [&](const ProcessCopy& other) { return other.instance > instance; });
        copy = &*process.copies.insert(place, ProcessCopy{instance, {}, {}, false});
        const bool is_first = std::none_of(
            process.copies.begin(), process.copies.end(), [&](const ProcessCopy& other) {
                return &other != copy && other.record.arguments_fix.empty();
            });
        if (is_first) {
            process.extra_args = record.extra_args;
        }
    } else {
        account(instance, copy->record);
    }
    // The same event told with more detail is no news: the latest news makes the state (E-77).
    const bool is_news = copy->received == Instant{} || copy->record.state != record.state ||
                         copy->record.event_instant != record.event_instant;
    copy->record = record;
    copy->received = is_news ? now : copy->received;
    account(instance, record);
    // The overlay ends with the next news, unless the news is only that it is stopped (B-107).
    if (process.forced && is_news && record.state != ProcessState::Stopped) {
        process.forced.reset();
    }
    process.last_event = now;
    process.lost = process.lost && !is_running_like(record.state);
    apply_news(process, instance, record.state);
    index(id);
    evaluate(process.application);
}

void Inventory::remove(InstanceId instance, const ProcessName& name, Instant now) {
    const auto id = find(name);
    if (!id || at(*id).copy_on(instance) == nullptr) {
        return;
    }
    auto& process = edit(*id);
    const auto before = process.state;
    process.last_event = now;
    drop_copy(*id, instance);
    note(Change::Kind::Removed, *id, instance, before);
    changes_.back().last_copy = process.copies.empty();
    if (!process.copies.empty()) {
        evaluate(process.application);
        return;
    }
    process.removed = true;
    index(*id);
    by_name_.erase(process.name);
    auto& application = edit(process.application);
    std::erase(application.processes, *id);
    if (application.processes.empty()) {
        application.removed = true;
        application.state = ApplicationState::Deleted;
        applications_by_name_.erase(application.name);
    } else {
        evaluate(process.application);
    }
}

void Inventory::drop_copy(ProcessId id, InstanceId instance) {
    auto& process = edit(id);
    account(instance, process.copy_on(instance)->record);
    std::erase_if(process.copies,
                  [&](const ProcessCopy& copy) { return copy.instance == instance; });
    std::erase(process.running_on, instance);
    synthesize(process);
    index(id);
}

// What is looked for at each step is kept at hand.
void Inventory::index(ProcessId id) {
    const auto& process = at(id);
    const auto keep = [&](std::set<ProcessId>& set, bool belongs) {
        if (belongs) {
            set.insert(id);
        } else {
            set.erase(id);
        }
    };
    keep(lost_, process.lost && !process.removed);
    keep(doubled_, process.running_on.size() > 1 && !process.removed);
    keep(ordered_, process.ordered_on().has_value());
}

void Inventory::lose(InstanceId instance, std::string_view reason, Instant now) {
    for (std::uint32_t i = 0; i < processes_.size(); ++i) {
        const auto* copy = processes_[i].copy_on(instance);
        if (copy == nullptr) {
            continue;
        }
        if (!is_stopped_like(copy->record.state)) {
            mark_lost({i}, instance, reason, now);
        } else if (copy->record.start_ordered) {
            forget_order({i}, instance);
        }
    }
}

void Inventory::forget_order(ProcessId id, InstanceId instance) {
    auto* copy = edit(id).copy_on(instance);
    account(instance, copy->record);
    copy->record.start_ordered = false;
    account(instance, copy->record);
    index(id);
}

void Inventory::lose_one(InstanceId instance, const ProcessRecord& record, Instant now) {
    const auto id = obtain(record.process);
    if (at(id).copy_on(instance) == nullptr) {
        return;
    }
    mark_lost(id, instance, record.spawn_error, now);
}

void Inventory::mark_lost(ProcessId id, InstanceId instance, std::string_view reason, Instant now) {
    auto& process = edit(id);
    auto* copy = process.copy_on(instance);
    const auto before = process.state;
    const bool was_running = is_running_like(copy->record.state);
    account(instance, copy->record);
    copy->record.state = ProcessState::Fatal;
    copy->record.start_ordered = false;
    copy->record.expected = false;
    copy->record.pid = 0;
    copy->record.spawn_error = std::string(reason);
    copy->received = now;
    account(instance, copy->record);
    process.last_event = now;
    apply_news(process, instance, ProcessState::Fatal);
    if (was_running && process.running_on.empty()) {
        process.lost = true;
    }
    index(id);
    note(Change::Kind::Lost, id, instance, before);
    evaluate(process.application);
}

bool Inventory::force(const ProcessForced& forced, std::optional<InstanceId> target) {
    const auto id = find(forced.process);
    if (!id) {
        return false;
    }
    auto& process = edit(*id);
    const auto* copy = target ? process.copy_on(*target) : nullptr;
    if (copy != nullptr && copy->record.event_instant > forced.event_instant) {
        return false;
    }
    const auto before = process.state;
    process.forced = ForcedState{forced.state, forced.reason, forced.identifier};
    note(Change::Kind::Forced, *id, target.value_or(InstanceId{}), before);
    evaluate(process.application);
    return true;
}

void Inventory::replace_rules(rules::RuleSet rules) {
    rules_ = std::move(rules);
    for (std::uint32_t i = 0; i < applications_.size(); ++i) {
        resolve(ApplicationId{i});
    }
    for (std::uint32_t i = 0; i < processes_.size(); ++i) {
        processes_[i].assigned.reset();
        resolve(ProcessId{i});
    }
    for (std::uint32_t i = 0; i < applications_.size(); ++i) {
        evaluate(ApplicationId{i});
    }
}

std::vector<std::string> Inventory::take_remarks() {
    std::vector<std::string> fresh;
    for (auto& remark : remarks_) {
        if (said_.insert(remark).second) {
            fresh.push_back(std::move(remark));
        }
    }
    remarks_.clear();
    return fresh;
}

std::optional<ProcessId> Inventory::find(const ProcessName& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ApplicationId> Inventory::find_application(std::string_view name) const {
    const auto found = applications_by_name_.find(name);
    return found == applications_by_name_.end() ? std::nullopt : std::optional(found->second);
}

ProcessId Inventory::obtain(const ProcessName& name) {
    if (const auto known = find(name)) {
        return *known;
    }
    const ProcessId id{static_cast<std::uint32_t>(processes_.size())};
    const auto application = obtain_application(name.group);
    Process process;
    process.name = name;
    process.application = application;
    processes_.push_back(std::move(process));
    by_name_.emplace(name, id);
    edit(application).processes.push_back(id);
    resolve(id);
    return id;
}

ApplicationId Inventory::obtain_application(const std::string& name) {
    if (const auto known = find_application(name)) {
        return *known;
    }
    const ApplicationId id{static_cast<std::uint32_t>(applications_.size())};
    Application application;
    application.name = name;
    applications_.push_back(std::move(application));
    applications_by_name_.emplace(name, id);
    resolve(id);
    return id;
}

void Inventory::resolve(ApplicationId id) {
    edit(id).rules = rules::resolve_application(rules_, at(id).name, instances_, remarks_);
}

void Inventory::resolve(ProcessId id) {
    auto& process = edit(id);
    process.rules = rules::resolve_process(rules_, process.name.group, process.name.name, remarks_);
}

void Inventory::note(Change::Kind kind, ProcessId id, InstanceId instance, ProcessState before) {
    changes_.push_back({kind, id, instance, before, at(id).state, false, false});
}

void Inventory::evaluate(ApplicationId id) {
    const auto verdict = evaluate_application(at(id), processes_);
    edit(id).state = verdict.state;
    edit(id).major_failure = verdict.major_failure;
    edit(id).minor_failure = verdict.minor_failure;
}

// Adding and removing a record are the same operation on a digest made of xor.
void Inventory::account(InstanceId instance, const ProcessRecord& record) {
    digests_[instance.value] ^= hash_of(record);
}

std::uint64_t Inventory::digest(InstanceId instance) const {
    return digests_[instance.value];
}

bool Inventory::is_conflict(ProcessId id) const {
    const auto& process = at(id);
    return at(process.application).rules.managed && process.up_on().size() > 1;
}

int Inventory::load(InstanceId instance) const {
    int load = 0;
    for (const auto& process : processes_) {
        const auto* copy = process.copy_on(instance);
        if (copy != nullptr && is_running_like(copy->record.state)) {
            load += process.rules.expected_loading;
        }
    }
    return load;
}

bool Inventory::has_failure(InstanceId instance) const {
    return std::any_of(processes_.begin(), processes_.end(), [&](const Process& process) {
        const auto* copy = process.copy_on(instance);
        return copy != nullptr && copy->record.is_crash();
    });
}

bool Inventory::never_started(ApplicationId application) const {
    for (const auto id : at(application).processes) {
        for (const auto& copy : at(id).copies) {
            const bool fresh =
                copy.record.state == ProcessState::Stopped && copy.record.stop_wall.ms == 0;
            if (!fresh) {
                return false;
            }
        }
    }
    return true;
}

std::vector<Inventory::Change> Inventory::take_changes() {
    return std::exchange(changes_, {});
}

}  // namespace sup::core
