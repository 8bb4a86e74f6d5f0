#include "agent/core/federation/election.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup::core {
namespace {

std::vector<const Elector*> keep(const std::vector<const Elector*>& pool,
                                 bool (*wanted)(const Elector&)) {
    std::vector<const Elector*> kept;
    std::copy_if(pool.begin(), pool.end(), std::back_inserter(kept),
                 [&](const Elector* elector) { return wanted(*elector); });
    return kept;
}

}  // namespace

std::optional<ElectionChoice> choose_master(std::span<const Elector> electors) {
    std::vector<const Elector*> pool;
    for (const auto& elector : electors) {
        pool.push_back(&elector);
    }
    if (pool.empty()) {
        return std::nullopt;
    }
    std::vector<std::string> among;
    for (const auto* elector : pool) {
        among.push_back(elector->nick);
    }
    std::string why = concat("among ", join(among, " "), ":");
    if (auto declared = keep(pool, [](const Elector& e) { return e.is_declared; });
        !declared.empty()) {
        pool = std::move(declared);
        why += " already declared,";
    }
    if (auto core = keep(pool, [](const Elector& e) { return e.is_core; }); !core.empty()) {
        pool = std::move(core);
        why += " core instance,";
    }
    const auto* chosen = *std::min_element(
        pool.begin(), pool.end(), [](const auto* a, const auto* b) { return a->nick < b->nick; });
    why += pool.size() > 1 ? " smallest nick" : " the only one";
    return ElectionChoice{chosen->instance, std::move(why)};
}

bool is_unanimous(const Ballot& peers, const std::string& identifier) {
    const auto& declared = peers.declared();
    return peers.undecided() == 0 &&
           std::all_of(declared.begin(), declared.end(),
                       [&](const auto& entry) { return entry.first == identifier; });
}

}  // namespace sup::core
