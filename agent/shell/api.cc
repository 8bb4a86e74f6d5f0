#include "agent/shell/api.h"

#include <algorithm>
#include <utility>

#include "agent/shell/instance_target.h"
#include "agent/shell/relayed_result.h"
#include "agent/shell/start_guard.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

using codec::Call;
using codec::Outcome;
using codec::RpcFault;
using codec::Value;

constexpr std::string_view kSupervisor = "supervisor.";
constexpr std::string_view kMulticall = "system.multicall";
constexpr std::string_view kListMethods = "system.listMethods";
constexpr std::size_t kMaxCallsAtOnce = 1000;
constexpr std::size_t kMaxResult = 64 * 1024 * 1024;

Outcome fault(FaultCode code, std::string detail = {}) {
    return codec::rpc_fault({code, std::move(detail)});
}

Outcome outcome_of(const Answer& answer) {
    return std::visit(
        Overloaded{
            [](Done) -> Outcome { return codec::value_xml(true); },
            [](const Fault& refusal) -> Outcome { return codec::rpc_fault(refusal); },
            [](const Started& started) -> Outcome { return codec::value_xml(started.namespec); },
        },
        answer);
}

bool is_ours(std::string_view method) {
    return method.starts_with(codec::kNamespace);
}

// `system` describes our methods as well as supervisord's.
bool is_description(const Call& call) {
    if (call.method == kListMethods) {
        return call.parameters.empty();
    }
    if (call.method != "system.methodHelp" && call.method != "system.methodSignature") {
        return false;
    }
    const auto* name = call.parameters.size() == 1
                           ? std::get_if<std::string>(&call.parameters[0].content)
                           : nullptr;
    return name != nullptr && is_ours(*name);
}

bool is_supervisors(std::string_view method) {
    return method.starts_with(kSupervisor) || method.starts_with("system.");
}

// One element of the parameter of system.multicall.
std::variant<Call, Outcome> element_of(const Value& value) {
    const auto* members = std::get_if<codec::Struct>(&value.content);
    const auto* name = members == nullptr ? nullptr : codec::find_member(*members, "methodName");
    const auto* method = name == nullptr ? nullptr : std::get_if<std::string>(&name->content);
    if (method == nullptr) {
        return fault(FaultCode::IncorrectParameters, "No methodName");
    }
    if (*method == kMulticall) {
        return fault(FaultCode::IncorrectParameters, "Recursive system.multicall forbidden");
    }
    Call call{*method, {}};
    if (const auto* parameters = codec::find_member(*members, "params")) {
        const auto* items = std::get_if<codec::Array>(&parameters->content);
        if (items == nullptr) {
            return fault(FaultCode::IncorrectParameters, "params is not an array");
        }
        call.parameters = *items;
    }
    return call;
}

// The elements of a system.multicall, or null when its parameters are not what they should be.
const codec::Array* elements_of(const Call& call) {
    return call.parameters.size() == 1 ? std::get_if<codec::Array>(&call.parameters[0].content)
                                       : nullptr;
}

// supervisord's list of methods with ours among them.
Outcome merged_methods(const Value& theirs) {
    auto names = codec::supvisors_method_names();
    const auto* items = std::get_if<codec::Array>(&theirs.content);
    if (items == nullptr) {
        return fault(FaultCode::Failed, "system.listMethods of the local supervisord is no array");
    }
    for (const auto& item : *items) {
        if (const auto* name = std::get_if<std::string>(&item.content)) {
            names.push_back(*name);
        }
    }
    std::ranges::sort(names);
    const auto doubles = std::ranges::unique(names);
    names.erase(doubles.begin(), doubles.end());
    return codec::value_xml(names);
}

Outcome unchanged(const Value& result) {
    return codec::value_xml(result);
}

Outcome description_of(const Call& call) {
    const auto* method =
        codec::find_supvisors_method(std::get<std::string>(call.parameters[0].content));
    if (method == nullptr) {
        return fault(FaultCode::SignatureUnsupported);
    }
    if (call.method == "system.methodHelp") {
        return codec::value_xml(codec::help_of(*method));
    }
    return codec::value_xml(codec::signature_of(*method));
}

HttpResponse response_of(const Outcome& outcome) {
    return {200, "text/xml", codec::encode_response(outcome)};
}

}  // namespace

// The calls of one system.multicall, one after the other. It lives as long as one of its calls is
// under way, or is being carried out.
class Api::Multicall : public std::enable_shared_from_this<Multicall> {
public:
    Multicall(Api& api, codec::Array elements, std::string authorization)
        : api_(api), elements_(std::move(elements)), authorization_(std::move(authorization)) {}

    void start(OnOutcome on_outcome) {
        on_outcome_ = std::move(on_outcome);
        go_on();
    }
    void cancel() {
        on_outcome_ = nullptr;
        if (const auto undo = std::exchange(cancel_, nullptr)) {
            undo();
        }
    }

private:
    void go_on();
    void carry_out_next();
    void on_result(const Outcome& outcome);
    void finish(const Outcome& outcome) { std::exchange(on_outcome_, nullptr)(outcome); }

    Api& api_;
    codec::Array elements_;
    std::string authorization_;
    OnOutcome on_outcome_;
    Cancel cancel_;  // of the call under way
    std::vector<codec::ValueXml> results_;
    std::size_t result_bytes_ = 0;
    bool is_going_ = false;  // results that come at once must not recurse
};

void Api::Multicall::go_on() {
    is_going_ = true;
    while (results_.size() < elements_.size() && result_bytes_ <= kMaxResult) {
        const auto done = results_.size();
        carry_out_next();
        if (results_.size() == done) {
            is_going_ = false;
            return;  // its result comes later
        }
    }
    is_going_ = false;
    if (result_bytes_ > kMaxResult) {
        finish(fault(FaultCode::Failed, concat("the results are more than ", kMaxResult,
                                               " bytes, make fewer calls at once")));
        return;
    }
    finish(codec::array_xml(results_));
}

void Api::Multicall::carry_out_next() {
    const auto parsed = element_of(elements_[results_.size()]);
    if (const auto* refusal = std::get_if<Outcome>(&parsed)) {
        on_result(*refusal);
        return;
    }
    cancel_ = api_.carry_out(
        std::get<Call>(parsed), authorization_,
        [self = shared_from_this()](const Outcome& outcome) { self->on_result(outcome); });
}

void Api::Multicall::on_result(const Outcome& outcome) {
    results_.push_back(codec::multicall_element(outcome));
    result_bytes_ += results_.back().text.size();
    if (!is_going_) {
        go_on();
    }
}

// Whether supervisord alone can carry out all of a multicall.
bool Api::is_foreign(const Value& element) const {
    const auto parsed = element_of(element);
    const auto* call = std::get_if<Call>(&parsed);
    return call != nullptr && is_supervisors(call->method) && !is_description(*call) &&
           !is_guarded(*call);
}

bool Api::goes_to_supervisor(const Call& call) const {
    if (call.method == kMulticall) {
        const auto* elements = elements_of(call);
        return elements == nullptr ||
               std::ranges::all_of(*elements, [this](const Value& one) { return is_foreign(one); });
    }
    return is_supervisors(call.method) && !is_description(call) && !is_guarded(call);
}

Api::Api(ApiCallbacks callbacks, SupervisorForward& forward)
    : callbacks_(std::move(callbacks)), forward_(forward) {}

void Api::on_request(HttpRequest request, Responder responder) {
    if (auto instance = instance_of(request.target); !instance.empty()) {
        call_instance(std::move(instance), std::move(request), responder);
        return;
    }
    const auto call = codec::parse_call(request.body);
    if (!call) {
        const auto method = codec::named_method(request.body);
        if (method && method->starts_with(kSupervisor)) {
            // Whether it is a call is for supervisord to say.
            relay({std::move(request.body), std::move(request.authorization)}, responder);
            return;
        }
        responder.respond({400, "text/plain", call.error().message + "\n"});
        return;
    }
    if (goes_to_supervisor(*call)) {
        relay({std::move(request.body), std::move(request.authorization)}, responder);
        return;
    }
    const auto answer = [responder](const Outcome& outcome) {
        responder.respond(response_of(outcome));
    };
    if (call->method != kMulticall) {
        if (auto cancel = carry_out(*call, request.authorization, answer)) {
            responder.watch_client(std::move(cancel));
        }
        return;
    }
    const auto& elements = *elements_of(*call);
    if (elements.size() > kMaxCallsAtOnce) {
        answer(fault(FaultCode::IncorrectParameters,
                     concat(elements.size(), " calls, at most ", kMaxCallsAtOnce, " expected")));
        return;
    }
    const auto multicall =
        std::make_shared<Multicall>(*this, elements, std::move(request.authorization));
    responder.watch_client([multicall] { multicall->cancel(); });
    multicall->start(answer);
}

void Api::on_answer(const core::AnswerOperator& command) {
    if (auto found = waiting_.extract(command.id)) {
        found.mapped()(outcome_of(command.answer));
    }
}

Api::Cancel Api::carry_out(const Call& call, const std::string& authorization,
                           OnOutcome on_outcome) {
    if (is_description(call) && call.method != kListMethods) {
        on_outcome(description_of(call));
        return nullptr;
    }
    if (is_guarded(call)) {
        return start_guarded(call, authorization, std::move(on_outcome));
    }
    if (is_supervisors(call.method)) {
        const Interpret interpret = call.method == kListMethods ? merged_methods : unchanged;
        return forward({codec::encode_call(call), authorization}, interpret, std::move(on_outcome));
    }
    auto action = codec::plan_call(call, callbacks_.queries);
    if (auto* request = std::get_if<Request>(&action)) {
        return submit(std::move(*request), std::move(on_outcome));
    }
    if (auto* local = std::get_if<LocalRequest>(&action)) {
        return submit(std::move(*local), std::move(on_outcome));
    }
    if (const auto* change = std::get_if<codec::ChangeLogLevel>(&action)) {
        callbacks_.change_log_level(change->level);
        on_outcome(codec::value_xml(true));
    } else if (const auto* refusal = std::get_if<Fault>(&action)) {
        on_outcome(codec::rpc_fault(*refusal));
    } else {
        on_outcome(std::move(std::get<codec::ValueXml>(action)));
    }
    return nullptr;
}

Api::Cancel Api::submit(Request request, OnOutcome on_outcome) {
    const auto id = ++last_;
    waiting_.emplace(id, std::move(on_outcome));
    callbacks_.submit({id, std::move(request)});
    return wait_for(id);
}

Api::Cancel Api::submit(LocalRequest request, OnOutcome on_outcome) {
    const auto id = ++last_;
    waiting_.emplace(id, std::move(on_outcome));
    callbacks_.submit_here({id, std::move(request)});
    return wait_for(id);
}

Api::Cancel Api::wait_for(core::RequestId id) {
    return [this, id] {
        if (waiting_.erase(id) > 0) {
            callbacks_.gone(id);
        }
    };
}

Api::Cancel Api::forward(SupervisorForward::Post post, Interpret interpret, OnOutcome on_outcome) {
    const auto number =
        forward_.post(std::move(post), [interpret = std::move(interpret),
                                        on_outcome = std::move(on_outcome)](const auto& relayed) {
            const auto read = read_relayed(relayed);
            if (const auto* refusal = std::get_if<RpcFault>(&read)) {
                on_outcome(*refusal);
                return;
            }
            on_outcome(interpret(std::get<Value>(read)));
        });
    return [this, number] { forward_.cancel(number); };
}

// What supervisord answers goes to the client as it is.
void Api::relay(SupervisorForward::Post post, const Responder& responder) {
    const auto number =
        forward_.post(std::move(post), [responder](Result<SupervisorForward::Relayed> relayed) {
            if (!relayed) {
                responder.respond(response_of(fault(FaultCode::Failed, relayed.error().message)));
                return;
            }
            const auto* type = relayed->status == 200 ? "text/xml" : "text/plain";
            responder.respond({relayed->status, type, std::move(relayed->body)});
        });
    responder.watch_client([this, number] { forward_.cancel(number); });
}

}  // namespace sup::shell
