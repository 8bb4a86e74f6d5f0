#include <utility>

#include "agent/core/parts.h"
#include "common/base/text.h"

// Extra arguments are common to all instances (B-95): with what a process was started last,
// anywhere, each instance would start it again. So every instance hears of a start elsewhere, and
// leaves the same arguments to its own supvisors-exec, be it for a stock supervisorctl or for a
// start without an agent.
namespace sup::core {

// What the Desk wants of our own supervisord.
void AgentCore::Parts::carry_out_own(Instant now, Outbox& out) {
    for (auto& order : desk.take_orders()) {
        supervisor.carry_out(std::move(order), out);
        supervisor.wake(now, out);
    }
}

void AgentCore::Parts::follow_arguments(const Inventory::Change& change) {
    if (change.kind != Inventory::Change::Kind::Event || change.instance == table.local()) {
        return;
    }
    const auto* copy = inventory.at(change.process).copy_on(change.instance);
    if (copy != nullptr && is_running_like(copy->record.state)) {
        spread_arguments(change.process, Copies::Stopped);
    }
}

void AgentCore::Parts::spread_arguments(ProcessId id, Copies copies) {
    const auto& process = inventory.at(id);
    const auto* own = process.copy_on(table.local());
    if (own == nullptr || !own->record.arguments_fix.empty() || own->record.start_ordered ||
        own->record.extra_args == process.extra_args) {
        return;
    }
    if (copies == Copies::All || is_stopped_like(own->record.state)) {
        supervisor.leave_arguments({process.name, process.extra_args});
    }
}

// A newcomer may hold others. What the Master wants started says which are right; where it never
// had a word in it, nobody knows, and all begin anew without (E-87).
void AgentCore::Parts::agree_on_arguments(InstanceId newcomer, Outbox& out) {
    for (std::uint32_t i = 0; i < inventory.processes().size(); ++i) {
        const ProcessId id{i};
        const auto& process = inventory.at(id);
        const auto* copy = process.copy_on(newcomer);
        if (copy == nullptr || !copy->record.arguments_fix.empty()) {
            continue;
        }
        const auto held = director.intents().held(process.name);
        if (held.intent != ProcessIntent::None) {
            inventory.set_extra_args(id, held.extra_args);
            spread_arguments(id, Copies::Stopped);
        } else if (copy->record.extra_args != process.extra_args) {
            out.warning("inventory",
                        concat(namespec_of(process.name), ": ", table.identifier(newcomer),
                               " comes with other extra arguments: they are reset everywhere"));
            inventory.set_extra_args(id, {});
            spread_arguments(id, Copies::All);
        }
    }
}

}  // namespace sup::core
