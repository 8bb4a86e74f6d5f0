#include "agent/shell/instance_target.h"

#include <charconv>

namespace sup::shell {

std::string instance_of(std::string_view target) {
    constexpr std::string_view kPrefix = "/RPC2/";
    if (!target.starts_with(kPrefix)) {
        return {};
    }
    target.remove_prefix(kPrefix.size());
    target = target.substr(0, target.find_first_of("/?#"));
    std::string name;
    for (std::size_t at = 0; at < target.size(); ++at) {
        unsigned code = 0;
        const auto digits = target.substr(at + 1, 2);
        const bool is_coded =
            target[at] == '%' && digits.size() == 2 &&
            std::from_chars(digits.data(), digits.data() + 2, code, 16).ptr == digits.data() + 2;
        name += is_coded ? static_cast<char>(code) : target[at];
        at += is_coded ? 2 : 0;
    }
    return name;
}

}  // namespace sup::shell
