#include "rules/identifiers.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup::rules {

IdentifierList parse_identifiers(std::string_view text, std::span<const Alias> aliases) {
    auto items = split_list(text);
    for (const auto& alias : aliases) {
        const auto place = std::find(items.begin(), items.end(), alias.name);
        if (place != items.end()) {
            const auto after = items.erase(place);
            items.insert(after, alias.items.begin(), alias.items.end());
        }
    }
    IdentifierList list;
    list.all = false;
    for (const auto& item : items) {
        if (item == "*") {
            list.all = true;
        } else if (item == "#") {
            list.hash = true;
        } else if (item == "@") {
            list.at = true;
        } else if (std::find(list.names.begin(), list.names.end(), item) == list.names.end()) {
            list.names.push_back(item);
        }
    }
    // A sign alone goes over all instances (R-53).
    list.all = list.all || (list.names.empty() && (list.hash || list.at));
    if (list.all) {
        list.names.clear();
    }
    return list;
}

}  // namespace sup::rules
