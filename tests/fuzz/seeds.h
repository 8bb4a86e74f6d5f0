#pragma once

#include <string>

#include "common/base/rng.h"

// A valid input of the fuzz target that it is linked with.
std::string draw_seed(sup::Rng& rng);
