#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/local/call_queue.h"
#include "agent/core/local/expectations.h"
#include "agent/core/local/permits.h"
#include "agent/core/outbox.h"
#include "agent/core/queries.h"
#include "agent/core/settings.h"
#include "common/model/local_requests.h"

namespace sup::core {

// What the local supervisord told, for the rest of the core. In order of appearance.
struct LocalSnapshot {  // everything was read; `other_session`: it is not the daemon that we knew
    std::vector<ProcessRecord> records;
    bool other_session = false;
};
struct LocalChange {
    ProcessRecord record;
};
struct LocalRemoval {
    ProcessName process;
};
struct LocalOrderDone {  // supervisord's verdict; no fault: accepted
    Order order;
    std::optional<Fault> fault;
};
struct LocalGroupStep {  // what came of it
    GroupStep step;
    std::optional<Fault> fault;
    std::vector<std::string> changed;  // groups, of Reload
};
struct LocalStopping {};  // supervisord stops, or restarts, in order
struct LocalGone {        // supervisord is dead; these still run
    struct Orphan {
        ProcessRecord record;
    };
    std::vector<Orphan> orphans;
};
struct LocalPidEnded {
    std::int32_t pid = 0;
};
using LocalNews = std::variant<LocalSnapshot, LocalChange, LocalRemoval, LocalOrderDone,
                               LocalGroupStep, LocalStopping, LocalGone, LocalPidEnded>;

// A program of the local supervisord, as users may change it.
struct LocalProgram {
    std::int32_t declared = 0;  // processes that supervisord has, in each group
    std::int32_t wanted = 0;    // fewer, where users limited it
    bool numbered = false;      // its process_name holds the number
    std::string section;        // empty: unknown to the configuration files
    std::set<std::string> groups;
    std::vector<ProcessRecord> processes;  // hidden ones as well
};
// The one who knows the local supervisord: gets the truth out of its events and its answers.
//
// Away: nobody answers (not yet started, or dead); asked again now and then. Reading: everything
// was asked, events are kept in mind. Up: records are true, events keep them so. Stopping: it said
// so; events go on.
//
// Events carry no date, so an event is trusted when its from_state is the state that we hold.
// Otherwise it is old (supervisord buffered it while the relay was away) or its predecessor was
// missed: the process is in *doubt* and read again a moment later, which settles it. A gap in the
// serials, dropped events or a relay that comes back lead to reading everything. Repairs that
// nobody announced are counted.
class SupervisorLink {
public:
    SupervisorLink(const Settings& settings, const Birth& birth);

    void on_relay_connected(Instant now, const RelayConnected& input, Outbox& out);
    void on_relay_lost(Instant now, const RelayLost& input, Outbox& out);
    void on_event(Instant now, const SupervisorEvent& event, Outbox& out);
    void on_events_dropped(Outbox& out);
    void on_reply(Instant now, const SupervisorReply& reply, Outbox& out);
    void on_pid_ended(Instant now, std::int32_t pid, Outbox& out);
    void on_pid_watch_unavailable(const std::string& reason, Outbox& out);
    void on_configuration(const ConfigurationRead& configuration, Outbox& out);
    void on_arguments(const ArgumentsRead& read);
    void set_wall_offset(std::int64_t offset_ms) { wall_offset_ms_ = offset_ms; }

    // Users' wishes about programs (section 16 of the reference); see permits.h.
    const Permits& permits() const { return permits_; }
    std::optional<LocalProgram> program(const std::string& name) const;
    std::set<std::string> programs() const;
    void disable(const std::string& program, Outbox& out);  // marks, then stops
    void enable(const std::string& program);
    void start_automatic(const std::string& program, Outbox& out);  // those that autostart
    void limit(const std::string& program, std::int32_t wanted, Removal removal, Outbox& out);
    // Of the groups: everything that is there, hidden processes included.
    std::vector<ProcessRecord> records_of(const std::set<std::string>& groups) const;
    bool has_infrastructure(const std::set<std::string>& groups) const;
    void start(const ProcessName& process, Outbox& out);
    void stop(const ProcessName& process, Outbox& out);
    void carry_out(GroupStep step) { calls_.add(std::move(step)); }
    std::vector<Startable> startables() const;
    void set_lasting(std::set<std::string> programs) { permits_.lasting = std::move(programs); }

    void carry_out(Order order, Outbox& out);
    // From now on the process is started with these, whoever starts it.
    void leave_arguments(const ExtraArguments& arguments) { calls_.leave(arguments); }
    // A supervisord that stops answers nobody and, its listener gone, tells nothing. For an agent
    // that leaves, and does not come back to ask: what has no living pid is down.
    void end_unheard(Instant now);
    void wake(Instant now, Outbox& out);
    // The last deed of a step: what it gave cause to ask goes out together, and after the news, for
    // which others wait while supervisord's answer takes milliseconds.
    void call(Instant now, Outbox& out) { calls_.pump(now, out); }
    Instant next_deadline() const;

    std::vector<LocalNews> take_news();
    bool has_news() const { return !news_.empty(); }
    bool is_up() const { return phase_ == Phase::Up; }
    bool is_infrastructure(const ProcessName& process) const;
    const SupervisorSession& session() const { return session_; }
    std::uint64_t repairs() const { return repairs_; }

private:
    // Without a relay, polling is all that is left.
    static constexpr Duration kPollWithoutRelay = 2_s;
    static constexpr Duration kRetry{500};  // from a failure until it is asked again

    enum class Phase { Away, Reading, Up, Stopping };
    struct Local {
        ProcessRecord record;
        Instant doubt_until = kNever;  // to be read again then
        Standing standing = Standing::Shown;
        bool stop_sent = false;  // by our own will; not confirmed yet
    };

    void apply(Instant now, const ProcessStateEvent& event, Outbox& out);
    void apply_group(const ProcessGroupEvent& event);
    void accept(Instant now, Local& local, const ProcessStateEvent& event, Outbox& out);
    void follow_up(Instant now, const Local& local, const ProcessStateEvent& event, Outbox& out);
    void on_everything(Instant now, const CallQueue::Call& call, const AllProcesses& all,
                       Outbox& out);
    void on_some(Instant now, const CallQueue::Call& call, const SomeProcesses& some, Outbox& out);
    void on_verdicts(Instant now, CallQueue::Call call, const Verdicts& verdicts);
    void on_failure(Instant now, CallQueue::Call call, const CallFailed& failed, Outbox& out);
    void compare(Instant now, Instant issued, const SupervisorProcess& seen, Outbox& out);
    Local merge(Instant now, Instant believed_since, const SupervisorProcess& seen) const;
    ProcessRecord record_of(const SupervisorProcess& seen, Instant now) const;
    void complete(ProcessRecord& record, const SupervisorProgram* program) const;
    void on_left(CallQueue::Call call, const Verdicts& verdicts, Outbox& out);
    std::string arguments_fix(const ProcessName& process) const;
    std::string arguments_of(const ProcessName& process) const;
    void tell(Local& local);
    void enforce(Local& local, Outbox& out);
    void take_standing(Local& local) const;
    std::optional<Fault> refusal(const Local& local) const;
    void on_group_reply(const CallQueue::Call& call, std::optional<Fault> fault,
                        std::vector<std::string> changed);
    bool take_back_start(const ProcessName& process);
    void mark_order(const Order& order);
    void unmark_order(const ProcessName& process);
    void revive_relay(const SupervisorProcess& seen, Outbox& out);
    void expect_closing();
    std::vector<LocalGone::Orphan> orphans(Instant now, const std::vector<Order>& waiting);
    void gone(Instant now, const std::string& why, Outbox& out);
    void watch(std::int32_t pid, const ProcessName& process, Outbox& out);
    void read_everything(Instant now);
    void resynchronise();
    WallTime wall(Instant now) const { return {now.ms + wall_offset_ms_}; }

    Duration resync_period_;
    bool nudges_ = true;
    std::string state_dir_;
    std::int64_t wall_offset_ms_ = 0;
    Phase phase_ = Phase::Away;
    CallId last_before_closing_ = 0;  // issued when it said last that it stops
    bool relay_ = false;
    bool relay_missing_said_ = false;
    bool unreachable_said_ = false;
    SupervisorSession session_;
    bool restarting_ = false;       // it said that it stops: what answers next is another session
    std::uint64_t poolserial_ = 0;  // of the last event; 0: none yet
    Instant supervisor_tick_ = kNever;
    std::map<ProcessName, Local> processes_;
    std::map<ProcessName, ProcessConfig> configured_;
    std::map<ProcessName, SupervisorProgram> programs_;
    std::map<ProcessName, std::string> arguments_;  // what was left for supvisors-exec, if anything
    std::map<std::int32_t, ProcessName> watched_;
    Permits permits_;
    SupervisorSession remembered_session_;  // of the limits of a former run of the agent
    CallQueue calls_;
    Expectations expectations_;
    Instant next_read_;             // kNever while one is under way
    bool resync_announced_ = true;  // something is known to be missing: what is read is believed
    Instant relay_lost_at_ = kNever;
    std::uint64_t repairs_ = 0;
    std::vector<LocalNews> news_;
};

}  // namespace sup::core
