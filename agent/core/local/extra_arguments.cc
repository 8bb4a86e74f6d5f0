#include <utility>

#include "agent/core/local/supervisor_link.h"
#include "common/base/text.h"

// The part of SupervisorLink that leaves extra arguments to supvisors-exec. What is on the disk is
// known here, so that it is written only when it changes: it is with what supervisord would start
// the process now, by a user's command or by autorestart as well, and what its record says.
namespace sup::core {
namespace {

constexpr std::string_view kCategory = "supervisord";

}  // namespace

void SupervisorLink::on_arguments(const ArgumentsRead& read) {
    for (const auto& [process, extra_args] : read.items) {
        arguments_[process] = extra_args;
    }
}

std::string SupervisorLink::arguments_of(const ProcessName& process) const {
    const auto left = arguments_.find(process);
    return left == arguments_.end() ? std::string() : left->second;
}

// What must be changed, and where, for the process to take extra arguments; empty: nothing.
std::string SupervisorLink::arguments_fix(const ProcessName& process) const {
    const auto found = configured_.find(process);
    if (found == configured_.end()) {
        return "the configuration that the agent has read does not hold it";
    }
    const auto& config = found->second;
    if (config.arguments_dir.empty()) {
        return concat(config.command_place, ": program '", config.program,
                      "' needs command=", kExecProgram, " -d ", state_dir_, ' ', config.command);
    }
    if (config.arguments_dir != state_dir_) {
        return concat(config.command_place, ": program '", config.program, "': ", kExecProgram,
                      " looks in ", config.arguments_dir, ", needs -d ", state_dir_);
    }
    return {};
}

// What could not be written is not started: it would run with the arguments of before.
void SupervisorLink::on_left(CallQueue::Call call, const Verdicts& verdicts, Outbox& out) {
    std::vector<Order> ready;
    for (std::size_t i = 0; i < call.left.size(); ++i) {
        const auto& [process, extra_args] = call.left[i];
        auto fault = i < verdicts.verdicts.size() ? verdicts.verdicts[i] : std::nullopt;
        if (fault) {
            out.error(kCategory, concat("extra arguments of ", namespec_of(process),
                                        " could not be left: ", fault->detail));
            if (!call.orders.empty()) {
                unmark_order(process);
                news_.emplace_back(LocalOrderDone{std::move(call.orders[i]), std::move(fault)});
            }
            continue;
        }
        arguments_[process] = extra_args;
        const auto local = processes_.find(process);
        if (local != processes_.end() && local->second.record.extra_args != extra_args) {
            local->second.record.extra_args = extra_args;
            tell(local->second);
        }
        if (!call.orders.empty()) {
            ready.push_back(std::move(call.orders[i]));
        }
    }
    calls_.put_back(std::move(ready));
}

}  // namespace sup::core
