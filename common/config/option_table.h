#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/config/options.h"
#include "common/config/paths.h"

namespace sup::config {

// The options as they are written, before what one of them implies for another.
struct OptionDraft {
    Options options;
    std::vector<std::string> items;  // of supvisors_list, still texts
    PathOrigin origin;
};

// How one option is read. The value is already expanded. The agent does not start with a bad value,
// unless the rule says what holds instead.
struct OptionRule {
    std::string_view name;
    Status (*apply)(OptionDraft& draft, std::string_view value);
    std::string_view instead = {};
};

// Every option of the section, in the order of the documentation.
std::span<const OptionRule> option_rules();
std::vector<std::string> option_names();

// Advice about a name that is not an option: what replaced it, or the nearest option; or nothing.
std::string hint_for(std::string_view unknown_name);

}  // namespace sup::config
