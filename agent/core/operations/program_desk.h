#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/input.h"
#include "agent/core/operations/scaling.h"
#include "agent/core/outbox.h"
#include "agent/core/view.h"

namespace sup::core {

// What users ask of the programs of our supervisord: to disable and enable them, to change the
// number of their processes (section 16 of the reference, B-200 and B-201). What is asked is
// remembered on the disk before it is answered.
//
// Within the number that supervisord has, no sibling is touched: processes beyond the number wanted
// are stopped, and exist for nobody any more. Beyond it, see Scaling.
class ProgramDesk {
public:
    ProgramDesk(const View& view, SupervisorLink& link, const Settings& settings)
        : view_(&view),
          link_(&link),
          has_overlay_(settings.has_overlay),
          memory_(settings.programs) {}

    void on_request(Instant now, RequestId id, const EnableProgram& request, Outbox& out);
    void on_request(Instant now, RequestId id, const DisableProgram& request, Outbox& out);
    void on_request(Instant now, RequestId id, const UpdateNumprocs& request, Outbox& out);
    void on_gone(RequestId id);
    // Our supervisord was read: what it has is remembered as well (O-table, disabilities_file).
    void on_read(Outbox& out);
    void on_stored(Instant now, const ProgramsStored& stored, Outbox& out);
    void on_group_step(Instant now, const LocalGroupStep& step);
    // Answers what is done.
    void settle(Instant now, Outbox& out);
    Instant next_deadline() const;

private:
    // A request under way, until it is remembered and these processes are down.
    struct Pending {
        std::optional<RequestId> id;  // nothing: its client is gone
        std::string program;
        std::uint64_t store = 0;  // not remembered yet by that number; 0: it is
        bool starts = false;      // what starts by itself, once that is remembered
        std::vector<ProcessName> to_end;
        Instant until = kNever;
    };
    struct Growth {
        std::optional<RequestId> id;
        std::uint64_t store = 0;
        std::optional<std::int32_t> former;  // in the overlay
        Scaling scaling;
    };

    std::optional<LocalProgram> check(RequestId id, const std::string& program, Outbox& out) const;
    std::optional<Fault> refusal_to_grow(const LocalProgram& program,
                                         const UpdateNumprocs& request) const;
    void grow(RequestId id, const LocalProgram& program, const UpdateNumprocs& request,
              Outbox& out);
    Pending shrink_or_recover(Instant now, const LocalProgram& program,
                              const UpdateNumprocs& request, Outbox& out);
    std::vector<std::string> still_running(const Pending& pending) const;
    void settle_growth(Instant now, Outbox& out);
    std::uint64_t store(Outbox& out);

    const View* view_;
    SupervisorLink* link_;
    bool has_overlay_;
    ProgramMemory memory_;
    std::uint64_t last_store_ = 0;
    std::vector<Pending> pending_;
    std::optional<Growth> growth_;
};

}  // namespace sup::core
