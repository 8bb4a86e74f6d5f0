#pragma once

#include <string>

#include "agent/core/federation/governor.h"
#include "agent/core/inventory/inventory.h"
#include "agent/core/local/supervisor_link.h"
#include "agent/core/membership/instance_table.h"
#include "agent/core/sequencing/director.h"
#include "agent/core/settings.h"
#include "common/model/infos.h"

namespace sup::core {

// What may be read of the whole, by queries, events and the checks of requests. Nothing can be
// changed through it.
struct View {
    const Settings* settings = nullptr;
    const InstanceTable* table = nullptr;
    const Inventory* inventory = nullptr;
    const Governor* governor = nullptr;
    const Director* director = nullptr;
    const SupervisorLink* supervisor = nullptr;
    const StatisticsSettings* statistics = nullptr;
    std::int64_t wall_offset_ms = 0;
    Duration zone = {};  // local time minus UTC
};

// The structures of the API and of the event socket, as of `now`.
SupvisorsInfo make_supvisors_info(const View& view, Instant now);
InstanceModesInfo make_modes_info(const View& view, InstanceId instance, Instant now);
InstanceInfo make_instance_info(const View& view, InstanceId instance);
ApplicationInfo make_application_info(const View& view, ApplicationId application, Instant now);
ProcessInfo make_process_info(const View& view, ProcessId process, Instant now);
ProcessEventInfo make_event_info(const View& view, ProcessId process, InstanceId instance,
                                 Instant now);
ProcessEventInfo make_forced_info(const View& view, ProcessId process, Instant now);

// What `instance` says of one of its processes, as of `now` on its own clock.
LocalProcessInfo make_local_info(const View& view, const ProcessRecord& record, InstanceId instance,
                                 Instant now);
InnerProcessInfo make_inner_info(const View& view, const ProcessCopy& copy, Instant now);

// What we publish of ourselves; without the table of instances, which costs the most.
StateModes make_state_modes(const View& view);
StateModes make_own_modes(const View& view);

}  // namespace sup::core
