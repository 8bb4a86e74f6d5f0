#include <algorithm>
#include <utility>

#include "agent/shell/api.h"
#include "agent/shell/relayed_result.h"
#include "agent/shell/start_guard.h"

// The part of Api about supervisord's own methods that start processes: what is disabled here is
// refused, the rest is started as asked for.
namespace sup::shell {
namespace {

using codec::RpcFault;
using codec::Value;

// In supervisord's hands at once: it is one thread, and others want to be served as well.
constexpr std::size_t kAtOnce = 32;

Fault fault_of(const RpcFault& fault) {
    const auto code = parse_code<FaultCode>(fault.code).value_or(FaultCode::Failed);
    const auto symbol = std::string(name_of(code)) + ": ";
    return {code, fault.text.starts_with(symbol) ? fault.text.substr(symbol.size()) : fault.text};
}

}  // namespace

// The starts of one call, each a call of its own, some at once; answered when all are.
class Api::GroupStart : public std::enable_shared_from_this<GroupStart> {
public:
    GroupStart(Api& api, guard::Several several, std::string authorization)
        : api_(api),
          several_(std::move(several)),
          authorization_(std::move(authorization)),
          results_(several_.starts.size()) {}

    void start(OnOutcome on_outcome) {
        on_outcome_ = std::move(on_outcome);
        go_on();
    }
    void cancel() {
        on_outcome_ = nullptr;
        for (const auto& undo : std::exchange(cancels_, {})) {
            undo();
        }
    }

private:
    void go_on();
    void post(std::size_t place);
    void on_relayed(std::size_t place, const Result<SupervisorForward::Relayed>& relayed);

    Api& api_;
    guard::Several several_;
    std::string authorization_;
    OnOutcome on_outcome_;
    codec::Array results_;
    std::vector<Cancel> cancels_;
    std::size_t next_ = 0;
    std::size_t under_way_ = 0;
};

void Api::GroupStart::go_on() {
    while (next_ < several_.starts.size() && under_way_ < kAtOnce) {
        const auto place = next_++;
        const auto& start = several_.starts[place];
        if (start.refusal) {
            results_[place] = start_result(start.process, *start.refusal);
        } else {
            post(place);
        }
    }
    if (under_way_ == 0 && on_outcome_ != nullptr) {
        std::exchange(on_outcome_, nullptr)(codec::value_xml(Value{std::move(results_)}));
    }
}

void Api::GroupStart::post(std::size_t place) {
    const auto& process = several_.starts[place].process;
    ++under_way_;
    const auto number = api_.forward_.post(
        {codec::encode_call(
             {"supervisor.startProcess", {{process.group + ":" + process.name}, several_.wait}}),
         authorization_},
        [self = shared_from_this(), place](const auto& relayed) {
            self->on_relayed(place, relayed);
        });
    cancels_.push_back([&api = api_, number] { api.forward_.cancel(number); });
}

void Api::GroupStart::on_relayed(std::size_t place,
                                 const Result<SupervisorForward::Relayed>& relayed) {
    --under_way_;
    const auto& process = several_.starts[place].process;
    const auto read = read_relayed(relayed);
    const auto* fault = std::get_if<RpcFault>(&read);
    results_[place] =
        fault == nullptr ? start_success(process) : start_result(process, fault_of(*fault));
    go_on();
}

bool Api::is_guarded(const codec::Call& call) const {
    return is_start(call) && !std::holds_alternative<guard::Pass>(
                                 plan_start(call, callbacks_.queries().startables()));
}

Api::Cancel Api::start_guarded(const codec::Call& call, const std::string& authorization,
                               OnOutcome on_outcome) {
    auto plan = plan_start(call, callbacks_.queries().startables());
    if (const auto* refusal = std::get_if<Fault>(&plan)) {
        on_outcome(codec::rpc_fault(*refusal));
        return nullptr;
    }
    const auto starts = std::make_shared<GroupStart>(
        *this, std::get<guard::Several>(std::move(plan)), authorization);
    starts->start(std::move(on_outcome));
    return [starts] { starts->cancel(); };
}

}  // namespace sup::shell
