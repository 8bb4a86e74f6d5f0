#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/operations/desk.h"
#include "agent/core/view.h"

namespace sup::core {

// What would come of a request, or of a loss: the Master's hands at work on copies of all that they
// know, in a world where each order succeeds at once (B-147). The originals are not touched (D-26);
// jobs under way are part of the copy, so that what they have reserved counts. Any instance may
// rehearse, as if it were the Master; LOCAL means itself.
class Rehearsal {
public:
    enum class Deed { Start, Stop, Refuse };  // Refuse: no instance could take the process
    struct Step {
        Deed deed = Deed::Start;
        ProcessName process;
        std::string identifier;  // where; empty when refused
        bool operator==(const Step&) const = default;
    };
    struct Plan {
        std::vector<Step> steps;           // in order
        std::vector<std::string> reasons;  // of each choice and of each refusal, as in the log
        std::optional<FsmState> closing;   // the state in which the federation would end
    };

    explicit Rehearsal(const View& view);
    Rehearsal(const Rehearsal&) = delete;
    Rehearsal& operator=(const Rehearsal&) = delete;

    // The fault that the request would be answered with; nothing: it was played to its end.
    std::optional<Fault> play(Instant now, const Request& request);
    // What if the instance were lost now?
    void lose(Instant now, InstanceId instance);

    const Plan& plan() const { return plan_; }
    const Inventory& inventory() const { return inventory_; }

private:
    void run(Instant now);
    bool settle(Instant now);
    bool end_what_is_pending(Instant now);
    void carry_out(Instant now, InstanceId target, const Order& order);
    void become(Instant now, ProcessId process, InstanceId instance, ProcessState state);
    void tell_changes(Instant now);
    void keep_reasons(const Outbox& out);

    InstanceTable table_;
    Inventory inventory_;
    Postman postman_;
    Governor governor_;
    Director director_;
    View view_;
    Desk desk_;
    Plan plan_;
};

}  // namespace sup::core
