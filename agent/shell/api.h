#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/codec/supvisors_api.h"
#include "agent/codec/xmlrpc_writer.h"
#include "agent/core/command.h"
#include "agent/core/input.h"
#include "agent/core/queries.h"
#include "agent/shell/http_server.h"
#include "agent/shell/supervisor_forward.h"

namespace sup::shell {

// What the API needs of the agent around it.
struct ApiCallbacks {
    std::function<core::Queries()> queries;
    std::function<void(core::OperatorRequest)> submit;
    std::function<void(core::LocalOperatorRequest)> submit_here;
    std::function<void(core::RemoteCallAsked)> call_instance;
    std::function<void(core::RemoteCallServed)> served;
    std::function<void(core::RequestId)> gone;  // its answer is not expected any more
    std::function<void(LogLevel)> change_log_level;
};

// The XML-RPC endpoint: `supvisors.*` is ours, `supervisor.*` and `system.*` are the local
// supervisord's, except what `system` says of our methods. A call that waits is answered when the
// core answers. On the loop's thread.
//
// A target `/RPC2/NAME` means the whole interface of the instance of that identifier, nick
// identifier or stereotype, reached through the federation: its supervisord may stay on loopback.
// Rationale: the target is all that must change in a client, of any library; supervisord takes
// whatever begins with /RPC2; and a name of method with the instance in it could not hold dots.
class Api {
public:
    Api(ApiCallbacks callbacks, SupervisorForward& forward);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    // The handler of `POST /RPC2*`.
    void on_request(HttpRequest request, Responder responder);
    // A call that came in at another instance.
    void serve(const core::ServeRemoteCall& command);
    void on_answer(const core::AnswerRemoteCall& command);
    // The core's answer to a request that was submitted.
    void on_answer(const core::AnswerOperator& command);

private:
    using OnOutcome = std::function<void(codec::Outcome)>;
    class Multicall;
    // Undoes the wait for one call under way. Empty: the call is over.
    using Cancel = std::function<void()>;
    // What a result of supervisord comes to.
    using Interpret = std::function<codec::Outcome(const codec::Value&)>;

    // on_outcome is called once, now or later, unless the call is cancelled.
    Cancel carry_out(const codec::Call& call, const std::string& authorization,
                     OnOutcome on_outcome);
    Cancel submit(Request request, OnOutcome on_outcome);
    Cancel submit(LocalRequest request, OnOutcome on_outcome);
    Cancel wait_for(core::RequestId id);
    Cancel forward(SupervisorForward::Post post, Interpret interpret, OnOutcome on_outcome);
    void relay(SupervisorForward::Post post, const Responder& responder);
    bool goes_to_supervisor(const codec::Call& call) const;
    bool is_foreign(const codec::Value& element) const;
    // Starts by supervisord's own methods of which some are refused.
    class GroupStart;
    void call_instance(std::string instance, HttpRequest request, const Responder& responder);
    bool is_guarded(const codec::Call& call) const;
    Cancel start_guarded(const codec::Call& call, const std::string& authorization,
                         OnOutcome on_outcome);

    ApiCallbacks callbacks_;
    SupervisorForward& forward_;
    std::map<core::RequestId, OnOutcome> waiting_;
    std::map<core::RequestId, Responder> calling_;  // another instance
    core::RequestId last_ = 0;
};

}  // namespace sup::shell
