#include "agent/core/view.h"

namespace sup::core {
namespace {

// Where clients find the interface of an instance. Until it has told us, its distance from the port
// of its supervisord is taken to be as ours.
std::int32_t api_port_of(const InstanceTable& table, const Instance& instance) {
    const auto& self = table.at(table.local());
    return instance.identity.api_port != 0
               ? instance.identity.api_port
               : instance.who.http_port + self.identity.api_port - self.who.http_port;
}

WallTime wall_of(const View& view, Instant instant) {
    return {instant.ms + view.wall_offset_ms};
}

double posix_of(WallTime date) {
    return static_cast<double>(date.ms) / 1000.0;
}

bool is_local(const View& view, InstanceId id) {
    return id == view.table->local();
}

}  // namespace

StateModes make_own_modes(const View& view) {
    StateModes modes;
    modes.fsm = view.governor->state();
    modes.master = view.governor->master();
    modes.term = view.governor->term();
    modes.degraded = view.governor->degraded();
    modes.starting_jobs = view.director->is_starting();
    modes.stopping_jobs = view.director->is_stopping();
    return modes;
}

StateModes make_state_modes(const View& view) {
    auto modes = make_own_modes(view);
    modes.instance_states = view.table->states();
    return modes;
}

InstanceModesInfo make_modes_info(const View& view, InstanceId id, Instant now) {
    const auto& instance = view.table->at(id);
    const auto modes = is_local(view, id) ? make_state_modes(view) : instance.modes;
    InstanceModesInfo info;
    info.identifier = instance.who.identifier;
    info.nick_identifier = instance.who.nick;
    info.now_monotonic = seconds_of(now);
    info.fsm = modes.fsm;
    info.degraded_mode = modes.degraded;
    info.discovery_mode = view.settings->discovery;
    info.master_identifier = modes.master;
    info.starting_jobs = modes.starting_jobs;
    info.stopping_jobs = modes.stopping_jobs;
    const auto& states = modes.instance_states;
    for (std::size_t place = 0; place < states.size(); ++place) {
        info.instance_states.emplace(states.identifier(place), name_of(states.state(place)));
    }
    return info;
}

SupvisorsInfo make_supvisors_info(const View& view, Instant now) {
    const auto local = make_modes_info(view, view.table->local(), now);
    SupvisorsInfo info;
    info.identifier = local.identifier;
    info.nick_identifier = local.nick_identifier;
    info.now_monotonic = local.now_monotonic;
    info.fsm = local.fsm;
    info.degraded_mode = local.degraded_mode;
    info.discovery_mode = local.discovery_mode;
    info.master_identifier = local.master_identifier;
    info.instance_states = local.instance_states;
    for (const auto id : view.table->ids()) {
        const auto& instance = view.table->at(id);
        const bool starting =
            is_local(view, id) ? local.starting_jobs : instance.modes.starting_jobs;
        const bool stopping =
            is_local(view, id) ? local.stopping_jobs : instance.modes.stopping_jobs;
        if (starting) {
            info.starting_jobs.push_back(instance.who.identifier);
        }
        if (stopping) {
            info.stopping_jobs.push_back(instance.who.identifier);
        }
    }
    return info;
}

InstanceInfo make_instance_info(const View& view, InstanceId id) {
    const auto& instance = view.table->at(id);
    InstanceInfo info;
    info.identifier = instance.who.identifier;
    info.nick_identifier = instance.who.nick;
    info.node_name = instance.who.host;
    info.port = api_port_of(*view.table, instance);
    info.state = instance.state;
    info.loading = view.inventory->load(id);
    info.process_failure =
        instance.state == InstanceState::Running && view.inventory->has_failure(id);
    info.remote_sequence_counter = static_cast<std::int32_t>(instance.tick.counter);
    info.remote_mtime = seconds_of(instance.tick.instant);
    info.remote_time = instance.tick.wall.capped_seconds();
    info.local_sequence_counter = static_cast<std::int32_t>(instance.tick_received_counter);
    info.local_mtime = seconds_of(instance.tick_received);
    if (instance.tick_received.ms != 0) {
        info.local_time = wall_of(view, instance.tick_received).capped_seconds();
    }
    return info;
}

ApplicationInfo make_application_info(const View& view, ApplicationId id, Instant now) {
    const auto& application = view.inventory->at(id);
    return {application.name,  application.rules.managed, seconds_of(now),
            application.state, application.major_failure, application.minor_failure};
}

ProcessInfo make_process_info(const View& view, ProcessId id, Instant now) {
    const auto& process = view.inventory->at(id);
    ProcessInfo info;
    info.application_name = process.name.group;
    info.process_name = process.name.name;
    info.now_monotonic = seconds_of(now);
    info.state = process.removed ? ProcessState::Deleted : process.displayed_state();
    info.expected_exit = process.displayed_expected();
    info.last_event_mtime = seconds_of(process.last_event);
    for (const auto instance : process.running_on) {
        info.identifiers.push_back(view.table->identifier(instance));
    }
    info.extra_args = process.extra_args;
    return info;
}

ProcessEventInfo make_event_info(const View& view, ProcessId id, InstanceId instance, Instant now) {
    const auto& process = view.inventory->at(id);
    const auto& who = view.table->at(instance).who;
    ProcessEventInfo info;
    info.identifier = who.identifier;
    info.nick_identifier = who.nick;
    info.group = process.name.group;
    info.name = process.name.name;
    info.event_mtime = seconds_of(now);
    const auto* copy = process.copy_on(instance);
    if (copy == nullptr) {
        info.state = ProcessState::Deleted;
        info.now = posix_of(wall_of(view, now));
        info.now_monotonic = seconds_of(now);
        return info;
    }
    const auto& record = copy->record;
    info.state = record.state;
    info.expected = record.expected;
    info.spawnerr = record.spawn_error;
    info.now = posix_of(record.event_wall);
    info.now_monotonic = seconds_of(record.event_instant);
    info.pid = record.pid;
    info.extra_args = record.extra_args;
    info.disabled = record.disabled;
    return info;
}

ProcessEventInfo make_forced_info(const View& view, ProcessId id, Instant now) {
    const auto& process = view.inventory->at(id);
    const auto& forced = *process.forced;
    const auto target = view.table->find(forced.identifier);
    ProcessEventInfo info;
    if (target) {
        info = make_event_info(view, id, *target, now);
    }
    info.group = process.name.group;
    info.name = process.name.name;
    info.state = forced.state;
    info.expected = false;
    info.spawnerr = forced.reason;
    info.pid = 0;
    info.now = posix_of(wall_of(view, now));
    info.event_mtime = seconds_of(now);
    return info;
}

}  // namespace sup::core
