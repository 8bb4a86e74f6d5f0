#pragma once

#include "cli/session.h"

namespace sup::cli {

// Prints the table of a predicted distribution; its header always.
void print_prediction(Session& session, const Value& prediction);

}  // namespace sup::cli
