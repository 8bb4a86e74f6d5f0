#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/model.h"

// Assignment of the processes of one homogeneous group to instances by `#` and `@` (R-65..R-73).
namespace sup::rules {

// One process of the group, in index order.
struct GroupMember {
    IdentifierList identifiers;           // as resolve_process gave them
    std::optional<std::string> assigned;  // what a former call decided: it stays
    std::string name = {};                // for the remarks; without it they say the index
};

// The list that `#`/`@` of the group goes over, names not resolved yet: that of the last member
// that has a sign, of one with `@` if any. Nothing when no member has a sign.
std::optional<IdentifierList> group_identifiers(std::span<const GroupMember> members);

// Gives each unassigned member its instance. `reference` is the list that `#`/`@` goes over: names
// already resolved to identifiers of known instances, in order. A member that gets nothing
// `@` with too few instances, R-73: nothing known) stays unassigned.
//
// A member whose list has no sign is not touched; bound to a single instance, it counts among the
// processes of this instance.
void assign_members(std::span<GroupMember> members, std::span<const std::string> reference,
                    std::vector<std::string>& remarks);

}  // namespace sup::rules
