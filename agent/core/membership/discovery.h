#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "agent/core/membership/instance_table.h"
#include "agent/core/settings.h"
#include "common/model/announcement.h"

namespace sup::core {

// How many instances can be met beyond supvisors_list: whoever speaks for a thousand of them fills
// no memory, and opens no more connections than this.
inline constexpr std::size_t kMaximumDiscovered = 256;
// And this is how many different ones, over the life of an agent that forgets.
inline constexpr std::size_t kMaximumEverDiscovered = 16 * kMaximumDiscovered;

// Discovery (section 5 of the options): who announces itself to our multicast group, and whether it
// is taken into the table. It only judges; the caller adds a candidate.
//
// *Candidate*: neither its nick nor its identifier is known (O-72). *Known*: both belong to one
// instance of the table, ourselves included, since we hear our own announcements. *Refused*: one of
// them is taken by another (E-21), its host means another machine here than there, or the table is
// full; the reason is to be told once, so `is_news` is false the next times. *Stale*: not newer
// than what was heard of that instance before, so it was repeated by somebody else, or overtaken.
class Discovery {
public:
    struct Candidate {};
    struct Known {};
    struct Stale {};
    struct Refused {
        std::string reason;
        bool is_news = true;
    };
    using Verdict = std::variant<Candidate, Known, Stale, Refused>;

    Discovery(const Settings& settings, const InstanceTable& table, BootId boot)
        : settings_(&settings), table_(&table), boot_(boot) {}

    Verdict judge(const Announcement& heard);
    // What we announce next of ourselves.
    Announcement next_own();

private:
    // The last announcement of an identifier that was counted.
    struct Mark {
        BootId boot = 0;
        std::uint64_t counter = 0;
        std::string refusal;  // as told; empty: none
    };
    bool is_stale(const Announcement& heard) const;
    std::string refusal(const Announcement& heard) const;

    const Settings* settings_;
    const InstanceTable* table_;
    BootId boot_;
    std::uint64_t counter_ = 0;
    std::map<std::string, Mark> marks_;  // by identifier, of those that are not in the table
};

}  // namespace sup::core
