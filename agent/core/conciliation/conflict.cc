#include "agent/core/conciliation/conflict.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

ConflictVerdict keep(const ConflictCopy& kept, std::span<const ConflictCopy> copies,
                     std::string_view what) {
    ConflictVerdict verdict;
    for (const auto& copy : copies) {
        if (copy.instance != kept.instance) {
            verdict.stops.push_back(copy.instance);
        }
    }
    verdict.why = concat(kept.identifier, " is kept, ", what, ": up for ", kept.uptime.ms, " ms");
    return verdict;
}

ConflictVerdict stop_all(std::span<const ConflictCopy> copies, ConflictSequel sequel,
                         std::string why) {
    ConflictVerdict verdict{{}, sequel, std::move(why)};
    for (const auto& copy : copies) {
        verdict.stops.push_back(copy.instance);
    }
    return verdict;
}

bool is_younger(const ConflictCopy& a, const ConflictCopy& b) {
    return a.uptime != b.uptime ? a.uptime < b.uptime : a.identifier < b.identifier;
}

bool is_older(const ConflictCopy& a, const ConflictCopy& b) {
    return a.uptime != b.uptime ? a.uptime > b.uptime : a.identifier < b.identifier;
}

}  // namespace

ConflictVerdict solve_conflict(ConciliationStrategy strategy,
                               std::span<const ConflictCopy> copies) {
    SUP_CHECK(copies.size() > 1, "a conflict needs two copies");
    switch (strategy) {
        case ConciliationStrategy::Senicide:
            return keep(*std::min_element(copies.begin(), copies.end(), is_younger), copies,
                        "the youngest");
        case ConciliationStrategy::Infanticide:
            return keep(*std::min_element(copies.begin(), copies.end(), is_older), copies,
                        "the oldest");
        case ConciliationStrategy::User:
            return {{}, ConflictSequel::Nothing, "left to the user"};
        case ConciliationStrategy::Stop:
            return stop_all(copies, ConflictSequel::StaysStopped, "all copies are stopped");
        case ConciliationStrategy::Restart:
            return stop_all(copies, ConflictSequel::StartedOnce,
                            "all copies are stopped, then one is started");
        case ConciliationStrategy::RunningFailure:
            return stop_all(copies, ConflictSequel::FailureApplies,
                            "all copies are stopped, then its running failure strategy applies");
    }
    return {};
}

}  // namespace sup::core
