#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/input.h"
#include "agent/core/view.h"

namespace sup::core {

// Where requests of operators arrive (section 17 of the reference). The instance that receives one
// checks its own state; the Master checks the rest, carries it out and answers: at once, or when
// the requested entity is done (D-35). Every request is answered exactly once, also when the Master
// is lost meanwhile.
class Desk {
public:
    Desk(const View& view, Director& director, Governor& governor, const Postman& postman)
        : view_(&view), director_(&director), governor_(&governor), postman_(&postman) {}

    void on_request(Instant now, const OperatorRequest& request, Outbox& out);
    void on_gone(RequestId id);
    void on_forwarded(InstanceId sender, const ForwardedRequest& request, Outbox& out);
    void on_forwarded_answer(Instant now, const ForwardedAnswer& answer, Outbox& out);

    // Orders for our own supervisord that no Master gave (start_args); their ids begin there.
    static constexpr std::uint64_t kFirstLocalOrder = std::uint64_t{1} << 61;
    static bool is_own(const Order& order) {
        return order.id >= kFirstLocalOrder && order.id < 2 * kFirstLocalOrder;
    }
    std::vector<Order> take_orders();
    // Its verdict on one of them.
    void on_order_done(const LocalOrderDone& done, Outbox& out);

    // Checks and plans as if the request had come in: the fault that would answer it, if any.
    std::optional<Fault> plan(const Request& request, InstanceId local, Outbox& out);
    // Answers what is done, and passes on the Master's answers that are shown here by now.
    void settle(Outbox& out);
    void abort_all(const std::string& why, Outbox& out);
    void wake(Instant now, Outbox& out);
    Instant next_deadline() const;

private:
    struct Remote {
        InstanceId sender;
        std::uint64_t id = 0;
    };
    using Origin = std::variant<RequestId, Remote>;
    enum class Goal {
        ApplicationStarted,
        ApplicationStopped,
        ProcessesStarted,
        LocalStarted,
        ProcessesStopped,
        Idle
    };
    // A request under way.
    struct Pending {
        Origin origin;
        Goal goal = Goal::Idle;
        Wait wait = Wait::Yes;
        std::string name;  // as the user wrote it
        ApplicationId application;
        std::vector<ProcessId> processes;
        std::string verb;  // start, restart: of the fault when nothing could be queued
        bool just_begun = true;
        std::optional<Started> chosen = {};  // of start_any_process
        std::uint64_t order = 0;  // of start_args: supervisord's verdict on it is awaited
    };
    // A request that is the Master's to carry out.
    struct Forwarded {
        RequestId request = 0;
        Request content;
        std::string master;
        Instant due;  // repeated then; once answered: passed on then at the latest
        std::optional<ForwardedAnswer> answer;  // not passed on yet
    };
    using Outcome = std::variant<Answer, Pending>;

    std::optional<Fault> gate(const Request& request) const;
    Outcome execute(const Request& request, InstanceId local, Outbox& out);
    Outcome execute(const StartApplication& request, InstanceId local, Outbox& out);
    Outcome execute(const StopApplication& request, InstanceId local, Outbox& out);
    Outcome execute(const RestartApplication& request, InstanceId local, Outbox& out);
    Outcome execute(const StartProcess& request, InstanceId local, Outbox& out);
    Outcome execute(const StartAnyProcess& request, InstanceId local, Outbox& out);
    Outcome execute(const StartArgs& request, InstanceId local, Outbox& out);
    Outcome execute(const StopProcess& request, InstanceId local, Outbox& out);
    Outcome execute(const RestartProcess& request, InstanceId local, Outbox& out);
    Outcome execute(const RestartSequence& request, InstanceId local, Outbox& out);
    Outcome execute(const Conciliate& request, InstanceId local, Outbox& out);
    Outcome execute(const RestartFederation& request, InstanceId local, Outbox& out);
    Outcome execute(const ShutdownFederation& request, InstanceId local, Outbox& out);
    Outcome execute(const EndSync& request, InstanceId local, Outbox& out);
    Outcome close(FsmState goal, Outbox& out);

    std::variant<ApplicationId, Fault> managed_application(const std::string& name) const;
    std::variant<std::vector<ProcessId>, Fault> processes(const Namespec& namespec) const;
    std::optional<Answer> evaluate(const Pending& pending) const;
    std::optional<Answer> evaluate_start(const Pending& pending) const;
    bool runs_for_good(const Process& process) const;
    std::optional<Answer> evaluate_local_start(const Pending& pending) const;
    std::optional<Fault> check_arguments(std::span<const ProcessId> processes,
                                         const std::string& extra_args) const;
    bool is_busy(const Pending& pending) const;
    void stop_by_user(std::span<const ProcessId> processes, Outbox& out);
    void answer(const Origin& origin, Answer answer, Outbox& out);
    void forward(Instant now, const OperatorRequest& request, Outbox& out);
    void send_answer(const Remote& origin, Answer answer, Outbox& out) const;
    bool is_shown(const ForwardedAnswer& answer) const;
    std::string hopeless(Instant now, const Forwarded& forwarded) const;
    void pass_on(Outbox& out);

    const View* view_;
    Director* director_;
    Governor* governor_;
    const Postman* postman_;
    std::vector<Pending> pending_;
    std::map<std::uint64_t, Forwarded> forwarded_;
    std::uint64_t last_forward_ = 0;
    std::vector<Order> orders_;
    std::uint64_t last_order_ = kFirstLocalOrder;
    // Answers given to other instances, for requests that come again; the oldest are forgotten.
    std::map<std::pair<InstanceId, std::uint64_t>, std::optional<Answer>> served_;
};

// As users write it back: `group:name`, the short form, or `group:*`.
std::string text_of(const Namespec& namespec);

}  // namespace sup::core
