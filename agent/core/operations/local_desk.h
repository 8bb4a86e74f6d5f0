#pragma once

#include "agent/core/input.h"
#include "agent/core/operations/program_desk.h"
#include "agent/core/outbox.h"
#include "agent/core/settings.h"

namespace sup::core {

// Where requests arrive that concern this instance alone: it answers them itself, Master or not.
class LocalDesk {
public:
    LocalDesk(StatisticsSettings& statistics, ProgramDesk& programs)
        : statistics_(&statistics), programs_(&programs) {}

    void on_request(Instant now, const LocalOperatorRequest& request, Outbox& out);

private:
    void execute(RequestId id, const SwitchHostStatistics& request, Outbox& out);
    void execute(RequestId id, const SwitchProcessStatistics& request, Outbox& out);
    void execute(RequestId id, const SetCollectingPeriod& request, Outbox& out);

    StatisticsSettings* statistics_;
    ProgramDesk* programs_;
};

}  // namespace sup::core
