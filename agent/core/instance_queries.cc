#include <algorithm>

#include "agent/core/lookup.h"
#include "agent/core/queries.h"
#include "agent/core/view.h"
#include "common/base/text.h"
#include "common/model/description.h"

// The part of Queries about single instances: their processes, their host, what they collect.
namespace sup::core {
namespace {

// What the clock of the instance shows now, by its last tick.
Instant clock_of(const View& view, InstanceId instance, Instant now) {
    const auto& there = view.table->at(instance);
    const bool is_known = instance != view.table->local() && there.tick_received.ms != 0;
    return is_known ? there.tick.instant + (now - there.tick_received) : now;
}

std::int64_t wall_offset_of(const View& view, InstanceId instance) {
    const auto& there = view.table->at(instance);
    const bool is_known = instance != view.table->local() && there.tick_received.ms != 0;
    return is_known ? there.tick.wall.ms - there.tick.instant.ms : view.wall_offset_ms;
}

Instant since(Instant start, Instant now) {
    return Instant{std::max<std::int64_t>(0, (now - start).ms)};
}

}  // namespace

LocalProcessInfo make_local_info(const View& view, const ProcessRecord& record, InstanceId instance,
                                 Instant now) {
    const auto there = clock_of(view, instance, now);
    LocalProcessInfo info;
    info.record = record;
    if (is_stopped_like(record.state) || record.state == ProcessState::Backoff) {
        info.record.pid = 0;
    }
    info.now_monotonic = seconds_of(there);
    info.now = WallTime{there.ms + wall_offset_of(view, instance)}.capped_seconds();
    info.description = description_of(record, there, view.zone);
    return info;
}

InnerProcessInfo make_inner_info(const View& view, const ProcessCopy& copy, Instant now) {
    const auto& record = copy.record;
    const auto& who = view.table->at(copy.instance).who;
    InnerProcessInfo info;
    info.local = make_local_info(view, record, copy.instance, now);
    info.local_mtime = seconds_of(copy.received);
    info.event_time = seconds_of(record.event_instant);
    if (record.state == ProcessState::Running || record.state == ProcessState::Stopping) {
        const auto there = clock_of(view, copy.instance, now);
        info.uptime = seconds_of(since(record.start_instant, there));
    }
    info.has_crashed = copy.has_crashed;
    info.identifier = who.identifier;
    info.nick_identifier = who.nick;
    return info;
}

std::vector<Startable> Queries::startables() const {
    return view_->supervisor->startables();
}

StatisticsStatusInfo Queries::statistics_status() const {
    const auto& statistics = *view_->statistics;
    return {statistics.host, statistics.process, seconds_of(Instant{statistics.period.ms})};
}

Reading<NetworkInfo> Queries::network(std::string_view identifier) const {
    const auto found = find_instance(*view_, identifier);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return *fault;
    }
    const auto id = std::get<InstanceId>(found);
    const auto& instance = view_->table->at(id);
    NetworkInfo info{instance.who.identifier,
                     instance.who.nick,
                     instance.who.host,
                     instance.who.http_port,
                     {},
                     std::nullopt};
    // Nothing is known of a peer before its first handshake.
    if (id == view_->table->local() || !instance.identity.nick.empty()) {
        info.stereotypes = instance.identity.stereotypes;
        info.network = instance.identity.network;
    }
    return info;
}

Reading<std::vector<InnerProcessInfo>> Queries::all_inner_processes(
    std::string_view identifier) const {
    const auto found = find_instances(*view_, identifier);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return *fault;
    }
    std::vector<InnerProcessInfo> all;
    for (const auto instance : std::get<std::vector<InstanceId>>(found)) {
        for (const auto id : all_processes_of(*view_)) {
            if (const auto* copy = view_->inventory->at(id).copy_on(instance)) {
                all.push_back(make_inner_info(*view_, *copy, now_));
            }
        }
    }
    return all;
}

Reading<std::vector<InnerProcessInfo>> Queries::inner_processes(std::string_view identifier,
                                                                std::string_view text) const {
    const auto found = find_instances(*view_, identifier);
    if (const auto* fault = std::get_if<Fault>(&found)) {
        return *fault;
    }
    const auto processes = find_processes(*view_, text);
    if (const auto* fault = std::get_if<Fault>(&processes)) {
        return *fault;
    }
    const bool is_group = parse_namespec(text).is_group();
    std::vector<InnerProcessInfo> infos;
    for (const auto instance : std::get<std::vector<InstanceId>>(found)) {
        for (const auto id : std::get<std::vector<ProcessId>>(processes)) {
            if (const auto* copy = view_->inventory->at(id).copy_on(instance)) {
                infos.push_back(make_inner_info(*view_, *copy, now_));
            } else if (!is_group) {
                return Fault{FaultCode::Failed,
                             concat(text, " unknown on ", view_->table->identifier(instance))};
            }
        }
    }
    return infos;
}

std::vector<LocalProcessInfo> Queries::all_local_processes() const {
    std::vector<LocalProcessInfo> all;
    for (const auto id : all_processes_of(*view_)) {
        const auto* copy = view_->inventory->at(id).copy_on(view_->table->local());
        if (copy != nullptr) {
            all.push_back(make_local_info(*view_, copy->record, view_->table->local(), now_));
        }
    }
    std::sort(all.begin(), all.end(), [](const LocalProcessInfo& a, const LocalProcessInfo& b) {
        return a.record.process < b.record.process;
    });
    return all;
}

Reading<LocalProcessInfo> Queries::local_process(std::string_view text) const {
    const auto namespec = parse_namespec(text);
    const auto id = view_->inventory->find({namespec.group, namespec.name});
    const auto* copy = id ? view_->inventory->at(*id).copy_on(view_->table->local()) : nullptr;
    if (copy == nullptr) {
        return Fault{FaultCode::BadName, std::string(text)};
    }
    return make_local_info(*view_, copy->record, view_->table->local(), now_);
}

}  // namespace sup::core
