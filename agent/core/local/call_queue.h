#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/outbox.h"
#include "common/base/time.h"
#include "common/model/messages.h"

namespace sup::core {

// One step of replacing a group of supervisord by what its configuration files say now.
struct GroupStep {
    enum class Kind { Reload, Remove, Add };
    Kind kind = Kind::Reload;
    std::string group;  // of Remove and Add
};

// What waits to be asked of the local supervisord: a single-threaded server, so one call is in
// flight at a time. Orders go first, in order, in batches of one kind; then extra arguments that no
// start waits for; then the steps of groups; then the processes to be read again; then everything
// at once.
//
// A start whose arguments are due takes two calls: its arguments are left, then put_back() has it
// started before all that came after it.
class CallQueue {
public:
    // The call that has just been answered.
    struct Call {
        CallId id = 0;
        Instant issued;
        std::vector<Order> orders;  // of a batch of starts or stops, or a single daemon order
        std::vector<ExtraArguments>
            left;                       // of LeaveArguments: those of the orders, if there are any
        std::vector<std::string> read;  // of ReadProcesses
        bool everything = false;
        std::optional<GroupStep> group;
    };

    enum class Arguments { Known, Due };
    void add(Order order, Arguments arguments = Arguments::Known);
    // The arguments of these starts are left.
    void put_back(std::vector<Order> orders);
    void leave(const ExtraArguments& arguments);
    // Whether an order for the process still waits for its turn.
    bool has_order(const ProcessName& process) const {
        return std::any_of(orders_.begin(), orders_.end(),
                           [&](const Waiting& one) { return one.order.process == process; });
    }
    // Starts of the process that wait for their turn: they are not made.
    std::vector<Order> take_back_starts(const ProcessName& process);
    // Whether supervisord is asked to start the process right now.
    bool is_starting(const ProcessName& process) const;
    void add(GroupStep step) { group_steps_.push_back(std::move(step)); }
    void read(const ProcessName& process) { to_read_.insert(process); }
    void read_everything() { everything_ = true; }
    // Nothing of what waits makes sense any more: supervisord is gone. The call in flight stays.
    std::vector<Order> clear();

    // Issues the next call if none is in flight.
    void pump(Instant now, Outbox& out);
    // The call that the reply belongs to; nothing when it is not the one in flight.
    std::optional<Call> finish(CallId id);
    // The call issued last; 0: none was.
    CallId last() const { return last_; }

private:
    struct Waiting {
        Order order;
        Arguments arguments = Arguments::Known;
    };

    Call begin(Instant now);
    void issue_orders(Outbox& out);
    void issue_arguments(Outbox& out);
    void issue_group_step(Outbox& out);

    std::deque<Waiting> orders_;
    std::map<ProcessName, std::string> to_leave_;
    std::deque<GroupStep> group_steps_;
    std::set<ProcessName> to_read_;
    bool everything_ = false;
    std::optional<Call> in_flight_;
    CallId last_ = 0;
};

}  // namespace sup::core
