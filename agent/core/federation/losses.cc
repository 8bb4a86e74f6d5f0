#include <algorithm>
#include <string>
#include <vector>

#include "agent/core/federation/governor.h"
#include "agent/core/federation/synchronisation.h"
#include "common/base/text.h"

// The part of the Governor that judges lost instances by supvisors_failure_strategy.
namespace sup::core {

// The synchronisation did not wait for them any longer.
void Governor::accept_losses() {
    for (const auto id : table_->ids()) {
        if (table_->at(id).lost_since != kNever) {
            judged_.insert(id);
        }
    }
}

// Whether losses that count are confirmed: the instance took part, is lost for longer than an agent
// needs to come back, and is not expected back (D-15).
Governor::Next Governor::judge_losses(Instant now) {
    if (settings_->supvisors_failure_strategy == SupvisorsFailureStrategy::Continue) {
        return {};
    }
    if (table_->lost() == 0) {
        judged_.clear();
        return {};
    }
    std::erase_if(judged_, [&](InstanceId id) { return table_->at(id).lost_since == kNever; });
    std::vector<std::string> lost;
    for (const auto id : judged_instances(*settings_, *table_)) {
        const auto& instance = table_->at(id);
        const bool is_expected = instance.held_until != kNever && !instance.draining;
        const bool is_confirmed = id != table_->local() && instance.lost_since != kNever &&
                                  now - instance.lost_since >= settings_->restart_grace;
        if (is_confirmed && !is_expected && judged_.insert(id).second) {
            lost.push_back(table_->identifier(id));
        }
    }
    if (lost.empty()) {
        return {};
    }
    const auto why = concat(join(lost, ", "), lost.size() > 1 ? " are" : " is",
                            " lost: ", name_of(settings_->supvisors_failure_strategy));
    const bool shuts_down =
        settings_->supvisors_failure_strategy == SupvisorsFailureStrategy::Shutdown;
    return Next{{shuts_down ? FsmState::ShuttingDown : FsmState::Synchronization, why}};
}

Instant Governor::next_judgement() const {
    Instant next = kNever;
    if (settings_->supvisors_failure_strategy == SupvisorsFailureStrategy::Continue ||
        table_->lost() == 0) {
        return next;
    }
    for (const auto id : judged_instances(*settings_, *table_)) {
        const auto lost_since = table_->at(id).lost_since;
        if (lost_since != kNever && lost_since + settings_->restart_grace > evaluated_) {
            next = std::min(next, lost_since + settings_->restart_grace);
        }
    }
    return next;
}

}  // namespace sup::core
