#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "agent/core/inventory/inventory.h"
#include "agent/core/sequencing/undertaking.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace sup::core {

// What running failures ask for, until it can be done (section 12 of the reference). Only the
// Master's is ever used.
//
// Wishes are kept per application and per process; the strongest prevails when they are taken:
// STOP_APPLICATION, then RESTART_APPLICATION, then RESTART_PROCESS (B-171). An application that has
// a job keeps its wishes waiting until the job is over (B-172), except that a process to be started
// again joins a start job under way: it need not wait for ranks that are nothing to it.
//
// An application that crashes again and again is restarted later and later, and then no more
// (D-30): a crash within kCalm of the last restart counts against it.
class FailureHandler {
public:
    // What is to be done now. Nothing of it is kept here.
    struct Ready {
        std::vector<ApplicationId> stops;
        std::vector<ApplicationId> restarts;
        std::vector<ProcessId> processes;  // to be restarted alone
    };

    // False when it was wished already.
    bool stop_application(ApplicationId application) { return stops_.insert(application).second; }
    bool restart_application(ApplicationId application, Instant due) {
        return restarts_.emplace(application, due).second;
    }
    bool restart_process(ProcessId process) { return processes_.insert(process).second; }

    // When an application that crashed may be restarted; nothing: it has crashed too often.
    std::optional<Instant> next_attempt(Instant now, ApplicationId application);

    enum class Job { None, Start, Stop };
    // `job_of(ApplicationId)`: the job that it has under way.
    template <typename JobOf>
    Ready take_ready(Instant now, const Inventory& inventory, JobOf job_of);
    Instant next_deadline(Instant now) const;

    // `has_job(ApplicationId)`: whether it has a job under way, whose end is what is waited for.
    template <typename HasJob>
    void undertakings(Instant now, const Inventory& inventory, HasJob has_job,
                      std::vector<Undertaking>& all) const;

    // A user decided otherwise: neither wishes nor attempts of before count.
    void forget(ApplicationId application, const Inventory& inventory);
    // All jobs are given up: lost processes stay marked in the inventory until dealt with (D-10).
    void abort_all();

    static constexpr int kMaximumAttempts = 5;
    static constexpr Duration kCalm = {60'000};

private:
    struct Attempts {
        int count = 0;
        Instant last;
    };
    std::set<ApplicationId> stops_;
    std::map<ApplicationId, Instant> restarts_;  // and not before
    std::set<ProcessId> processes_;
    std::map<ApplicationId, Attempts> attempts_;
};

template <typename JobOf>
FailureHandler::Ready FailureHandler::take_ready(Instant now, const Inventory& inventory,
                                                 JobOf job_of) {
    Ready ready;
    const auto is_busy = [&](ApplicationId id) { return job_of(id) != Job::None; };
    const auto is_overruled = [&](ProcessId id) {
        const auto& process = inventory.at(id);
        const bool restarted =
            restarts_.contains(process.application) && process.rules.start_sequence > 0;
        return stops_.contains(process.application) || restarted;
    };
    std::erase_if(processes_, is_overruled);
    std::erase_if(restarts_, [&](const auto& entry) { return stops_.contains(entry.first); });
    std::erase_if(stops_, [&](ApplicationId id) {
        return !is_busy(id) && (ready.stops.push_back(id), true);
    });
    std::erase_if(restarts_, [&](const auto& entry) {
        const bool is_ready = entry.second <= now && !is_busy(entry.first);
        return is_ready && (ready.restarts.push_back(entry.first), true);
    });
    std::erase_if(processes_, [&](ProcessId id) {
        const bool is_stopping = job_of(inventory.at(id).application) == Job::Stop;
        return !is_stopping && (ready.processes.push_back(id), true);
    });
    return ready;
}

template <typename HasJob>
void FailureHandler::undertakings(Instant now, const Inventory& inventory, HasJob has_job,
                                  std::vector<Undertaking>& all) const {
    const auto add = [&](std::string_view what, ApplicationId id, Instant due) {
        if (!has_job(id)) {
            all.push_back({concat(what, inventory.at(id).name), due});
        }
    };
    for (const auto id : stops_) {
        add("the failure of ", id, kNever);
    }
    for (const auto& [id, due] : restarts_) {
        add("the failure of ", id, due > now ? due : kNever);
    }
    for (const auto id : processes_) {
        add("the failure of a process of ", inventory.at(id).application, kNever);
    }
}

}  // namespace sup::core
