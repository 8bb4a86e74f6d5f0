#pragma once

#include <string_view>

// SUP_CHECK states what always holds. It stays on in every build, because an agent that goes on
// with a broken invariant may stop the wrong process; an agent that aborts is started again by its
// supervisor and leaves running processes alone.
namespace sup {

[[noreturn]] void check_failed(std::string_view condition, std::string_view file, int line,
                               std::string_view why);

}  // namespace sup

#define SUP_CHECK(condition, why)                                     \
    do {                                                              \
        if (!(condition)) [[unlikely]] {                              \
            ::sup::check_failed(#condition, __FILE__, __LINE__, why); \
        }                                                             \
    } while (false)
