#include "common/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace sup {

void check_failed(std::string_view condition, std::string_view file, int line,
                  std::string_view why) {
    std::fprintf(stderr, "%.*s:%d: broken invariant: %.*s (%.*s)\n", static_cast<int>(file.size()),
                 file.data(), line, static_cast<int>(why.size()), why.data(),
                 static_cast<int>(condition.size()), condition.data());
    std::abort();
}

}  // namespace sup
