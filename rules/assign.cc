#include "rules/assign.h"

#include <algorithm>
#include <map>

#include "common/base/text.h"

namespace sup::rules {
namespace {

enum class Sign { None, Hash, At };

Sign sign_of(const IdentifierList& list) {
    return list.at ? Sign::At : list.hash ? Sign::Hash : Sign::None;
}

bool is_pending(const GroupMember& member) {
    return sign_of(member.identifiers) != Sign::None && !member.assigned;
}

std::string label(std::span<const GroupMember> members, const GroupMember& member) {
    if (!member.name.empty()) {
        return concat("process '", member.name, "'");
    }
    return concat("the process of index ", &member - members.data());
}

// The instance that a member already occupies.
std::optional<std::string> occupied(const GroupMember& member) {
    if (member.assigned) {
        return member.assigned;
    }
    const auto& list = member.identifiers;
    const bool bound = sign_of(list) == Sign::None && !list.all && list.names.size() == 1;
    return bound ? std::optional(list.names.front()) : std::nullopt;
}

bool same_names(const IdentifierList& a, const IdentifierList& b) {
    return a.all == b.all && a.names == b.names;
}

// what does not agree in the group.
void remark_differences(std::span<const GroupMember> members, std::vector<std::string>& remarks) {
    const auto list = group_identifiers(members);
    bool mixed = false;
    bool differ = false;
    for (const auto& member : members) {
        const Sign sign = sign_of(member.identifiers);
        mixed = mixed || (sign != Sign::None && sign != sign_of(*list));
        differ = differ || (sign != Sign::None && !same_names(member.identifiers, *list));
    }
    const std::string group = label(members, members.front());
    if (mixed) {
        remarks.push_back(
            concat(group, " and others of its program have '#' and '@': '#' is dropped"));
    }
    if (differ) {
        const std::string kept = list->all ? "*" : join(list->names, ",");
        remarks.push_back(concat(group, " and others of its program have different identifiers: '",
                                 kept, "' applies to all of them"));
    }
}

// The instance for the next member: the least used one, for `@` only if it is not used at all.
std::optional<std::string> choose(std::span<const std::string> reference,
                                  const std::map<std::string, std::size_t>& used, Sign sign) {
    const auto count = [&](const std::string& name) {
        const auto entry = used.find(name);
        return entry == used.end() ? std::size_t{0} : entry->second;
    };
    const auto least = std::min_element(
        reference.begin(), reference.end(),
        [&](const std::string& a, const std::string& b) { return count(a) < count(b); });
    if (least == reference.end() || (sign == Sign::At && count(*least) > 0)) {
        return std::nullopt;
    }
    return *least;
}

}  // namespace

std::optional<IdentifierList> group_identifiers(std::span<const GroupMember> members) {
    std::optional<IdentifierList> found;
    for (const auto& member : members) {
        const Sign sign = sign_of(member.identifiers);
        const bool weaker = sign == Sign::Hash && found && found->at;
        if (sign != Sign::None && !weaker) {
            found = member.identifiers;
        }
    }
    return found;
}

void assign_members(std::span<GroupMember> members, std::span<const std::string> reference,
                    std::vector<std::string>& remarks) {
    const auto list = group_identifiers(members);
    if (!list || std::none_of(members.begin(), members.end(), is_pending)) {
        return;
    }
    remark_differences(members, remarks);
    std::map<std::string, std::size_t> used;
    for (const auto& member : members) {
        const auto instance = occupied(member);
        if (!instance) {
            continue;
        }
        ++used[*instance];
        const bool listed =
            std::find(reference.begin(), reference.end(), *instance) != reference.end();
        if (!listed && !member.assigned) {
            remarks.push_back(concat(label(members, member), " is bound to '", *instance,
                                     "', which is not in the list that the others share"));
        }
    }
    for (auto& member : members) {
        if (!is_pending(member)) {
            continue;
        }
        member.assigned = choose(reference, used, sign_of(*list));
        if (member.assigned) {
            ++used[*member.assigned];
        } else if (reference.empty()) {
            remarks.push_back(concat(label(members, member),
                                     " cannot be assigned: no instance of '",
                                     list->all ? "*" : join(list->names, ","), "' is known"));
        } else {
            remarks.push_back(concat(label(members, member),
                                     " cannot be assigned: '@' gives one process to each of ",
                                     join(reference, ", "), " and all are taken"));
        }
    }
}

}  // namespace sup::rules
