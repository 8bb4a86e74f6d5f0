#pragma once

#include <string>

#include "common/base/time.h"
#include "common/model/enumeration.h"

// How values appear in the interface.
namespace sup {

inline double seconds_of(Instant instant) {
    return static_cast<double>(instant.ms) / 1000.0;
}

template <typename Enum>
std::string name_text(Enum value) {
    return std::string(name_of(value));
}

}  // namespace sup
