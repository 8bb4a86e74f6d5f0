#pragma once

#include "common/model/field_values.h"
#include "common/model/infos.h"

// The part of info_fields.h about single instances.
namespace sup {

template <typename Visit>
void for_each_field(const LocalProcessInfo& info, Visit&& visit) {
    const auto& record = info.record;
    visit("name", record.process.name);
    visit("group", record.process.group);
    visit("state", std::int32_t{code_of(record.state)});
    visit("statename", name_text(record.state));
    visit("start", record.start_wall.capped_seconds());
    visit("stop", record.stop_wall.capped_seconds());
    visit("now", info.now);
    visit("pid", record.pid);
    visit("description", info.description);
    visit("spawnerr", record.spawn_error);
    visit("expected", record.expected);
    visit("start_monotonic", seconds_of(record.start_instant));
    visit("stop_monotonic", seconds_of(record.stop_instant));
    visit("now_monotonic", info.now_monotonic);
    visit("extra_args", record.extra_args);
    visit("startsecs", static_cast<std::int32_t>(record.startsecs.ms / 1000));
    visit("stopwaitsecs", static_cast<std::int32_t>(record.stopwaitsecs.ms / 1000));
    visit("program_name", record.program);
    visit("process_index", record.index);
    visit("disabled", record.disabled);
    visit("has_stdout", record.has_stdout);
    visit("has_stderr", record.has_stderr);
}

template <typename Visit>
void for_each_field(const StatisticsStatusInfo& info, Visit&& visit) {
    visit("host_stats", info.host_stats);
    visit("process_stats", info.process_stats);
    visit("collecting_period", info.collecting_period);
}

// The card of an interface, a structure of its own in the interface.
struct NicFields {
    const NetworkAddress* address = nullptr;
};
template <typename Visit>
void for_each_field(const NicFields& nic, Visit&& visit) {
    visit("nic_name", nic.address->nic_name);
    visit("ipv4_address", nic.address->ipv4_address);
    visit("netmask", nic.address->netmask);
}
template <typename Visit>
void for_each_field(const NetworkAddress& address, Visit&& visit) {
    visit("host_name", address.host_name);
    visit("aliases", address.aliases);
    visit("ipv4_addresses", address.ipv4_addresses);
    visit("nic_info", NicFields{&address});
}
template <typename Visit>
void for_each_field(const NetworkFacts& facts, Visit&& visit) {
    visit("machine_id", facts.machine_id);
    visit("fqdn", facts.fqdn);
    visit("addresses", facts.addresses);
}
template <typename Visit>
void for_each_field(const NetworkInfo& info, Visit&& visit) {
    visit("identifier", info.identifier);
    visit("nick_identifier", info.nick_identifier);
    visit("host_id", info.host_id);
    visit("http_port", info.http_port);
    visit("stereotypes", info.stereotypes);
    if (info.network) {
        visit("network", *info.network);
    }
}

template <typename Visit>
void for_each_field(const InnerProcessInfo& info, Visit&& visit) {
    for_each_field(info.local, visit);
    visit("local_mtime", info.local_mtime);
    visit("event_time", info.event_time);
    visit("uptime", info.uptime);
    visit("has_crashed", info.has_crashed);
    visit("identifier", info.identifier);
    visit("nick_identifier", info.nick_identifier);
}

}  // namespace sup
