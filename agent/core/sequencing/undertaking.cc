#include "agent/core/sequencing/undertaking.h"

#include <algorithm>
#include <set>

#include "agent/core/sequencing/director.h"
#include "common/base/text.h"

namespace sup::core {

// What is planned is looked after by what is current before it.
void Starter::undertakings(std::vector<Undertaking>& all) const {
    for (const auto& [id, job] : jobs_) {
        if (job.current.empty()) {
            all.push_back({concat("the start of ", inventory_->at(id).name)});
        }
        for (const auto& command : job.current) {
            if (!command.is_overdue) {
                const auto name = namespec_of(inventory_->at(command.process).name);
                all.push_back({concat("the start of ", name), command.deadline});
            }
        }
    }
    const bool is_released = std::any_of(sequence_current_.begin(), sequence_current_.end(),
                                         [&](ApplicationId id) { return has_job(id); });
    for (const auto& [rank, applications] : sequence_) {
        if (!is_released && !applications.empty()) {
            all.push_back({concat("the start of the applications of rank ", rank)});
        }
    }
}

// What is planned, and the start that follows, are looked after by what is current before them.
void Stopper::undertakings(std::vector<Undertaking>& all) const {
    for (const auto& [id, job] : jobs_) {
        if (job.current.empty()) {
            all.push_back({concat("the stop of ", inventory_->at(id).name)});
        }
        for (const auto& command : job.current) {
            const auto name = namespec_of(inventory_->at(command.process).name);
            all.push_back({concat("the stop of ", name), command.deadline});
        }
    }
    for (const auto& [rank, applications] : sequence_) {
        if (jobs_.empty() && !applications.empty()) {
            all.push_back({concat("the stop of the applications of rank ", rank)});
        }
    }
    for (const auto& ended : ended_) {
        all.push_back(
            {concat("what follows the stop of ", inventory_->at(ended.application).name)});
    }
}

std::vector<Undertaking> Director::undertakings(Instant now) const {
    std::vector<Undertaking> all;
    starter_.undertakings(all);
    stopper_.undertakings(all);
    std::set<std::uint64_t> wanted;
    for (const auto& orders : {starter_.orders(), stopper_.orders()}) {
        wanted.insert(orders.begin(), orders.end());
    }
    for (const auto& [id, target] : closing_orders_) {
        wanted.insert(id);
    }
    orders_.undertakings(wanted, all);
    failures_.undertakings(
        now, *inventory_, [&](ApplicationId id) { return has_job(id); }, all);
    return all;
}

}  // namespace sup::core
