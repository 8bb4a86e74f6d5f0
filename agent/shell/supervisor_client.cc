#include "agent/shell/supervisor_client.h"

#include <curl/curl.h>
#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "agent/shell/arguments_store.h"
#include "agent/shell/clock.h"
#include "agent/shell/proc_stat.h"
#include "agent/shell/supervisor_codec.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

using core::CallFailed;
using core::CallFailureKind;
using CallResult = decltype(core::SupervisorReply::result);

// The core has one call in flight; more than that is other people's.
constexpr std::size_t kMaxWaiting = 1024;

// A body, or why there is none.
using Fetched = std::variant<std::string, CallFailed>;

CallFailureKind kind_of(CURLcode code) {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return CallFailureKind::TimedOut;
        case CURLE_WRITE_ERROR:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_PARTIAL_FILE:
            return CallFailureKind::Unreadable;
        default:
            return CallFailureKind::Unreachable;
    }
}

std::size_t append_body(const char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& body = *static_cast<std::string*>(target);
    if (body.size() + size * count > kMaxXmlBytes) {
        return 0;  // ends the transfer with CURLE_WRITE_ERROR
    }
    body.append(bytes, size * count);
    return size * count;
}

// The signature is libcurl's.
int check_ending(void* is_ending, curl_off_t, curl_off_t, curl_off_t,  // NOLINT(parameters)
                 curl_off_t) {
    return static_cast<const std::atomic<bool>*>(is_ending)->load() ? 1 : 0;
}

CallFailed fault_failure(const Fault& fault) {
    const bool is_closing = fault.code == FaultCode::ShutdownState;
    return {is_closing ? CallFailureKind::Closing : CallFailureKind::Refused,
            concat("supervisord refused the call: ", fault.text())};
}

}  // namespace

// What the worker's thread owns: the handle of the library and the way through one call.
class SupervisorClient::Session {
public:
    Session(const SupervisorAddress& address, SupervisorDeadlines deadlines,
            const std::atomic<bool>& is_ending);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    CallResult carry_out(const core::CallSupervisor& call);

private:
    CallResult leave_arguments(const core::LeaveArguments& leave) const;
    CallResult read_everything();
    CallResult read_processes(const core::ReadProcesses& call);
    CallResult command(ProcessMethod method, const std::vector<std::string>& namespecs);
    CallResult command_daemon(const std::string& call);
    CallResult reload_configuration();
    // Programs, or the reason why the call failed; a daemon that cannot tell them has none.
    std::variant<std::vector<core::SupervisorProgram>, CallFailed> fetch_programs(Instant deadline);

    Fetched fetch(const std::string& call, Instant deadline);
    Fetched failure_of(CURLcode code, Duration allowed) const;
    Fetched judge(std::string body);
    template <typename T>
    std::variant<T, CallFailed> ask(const std::string& call, Instant deadline,
                                    Decoded<T> (*decode)(const std::string&));

    SupervisorDeadlines deadlines_;
    ArgumentsStore arguments_;
    bool has_hashed_password_;
    std::string where_;
    CURL* handle_;
    curl_slist* headers_;
    char error_text_[CURL_ERROR_SIZE] = {};
    long http_status_ = 0;
};

SupervisorClient::Session::Session(const SupervisorAddress& address, SupervisorDeadlines deadlines,
                                   const std::atomic<bool>& is_ending)
    : deadlines_(deadlines),
      arguments_(address.state_dir),
      has_hashed_password_(address.password.starts_with("{SHA}")),
      where_(concat(address.host, ":", address.port)),
      handle_(curl_easy_init()),
      headers_(curl_slist_append(nullptr, "Content-Type: text/xml")) {
    SUP_CHECK(handle_ != nullptr, "libcurl gives a handle");
    headers_ = curl_slist_append(headers_, "Expect:");  // no 100-continue round trip
    headers_ = curl_slist_append(headers_, "Connection: close");
    const auto set = [this](CURLoption option, auto value) {
        SUP_CHECK(curl_easy_setopt(handle_, option, value) == CURLE_OK,
                  "libcurl knows the options that we use");
    };
    set(CURLOPT_URL, concat("http://", where_, "/RPC2").c_str());
    set(CURLOPT_PROTOCOLS_STR, "http");
    set(CURLOPT_PROXY, "");  // whatever the environment says
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);  // supervisord knows nothing else
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_HTTPHEADER, headers_);
    set(CURLOPT_WRITEFUNCTION, &append_body);
    set(CURLOPT_ERRORBUFFER, error_text_);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &check_ending);
    set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&is_ending));
    set(CURLOPT_BUFFERSIZE, 64L * 1024);
    if (!address.username.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_USERNAME, address.username.c_str());
        set(CURLOPT_PASSWORD, address.password.c_str());
    }
}

SupervisorClient::Session::~Session() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(handle_);
}

CallResult SupervisorClient::Session::carry_out(const core::CallSupervisor& call) {
    return std::visit(
        Overloaded{
            [this](const core::ReadEverything&) { return read_everything(); },
            [this](const core::ReadProcesses& read) { return read_processes(read); },
            [this](const core::StartProcesses& start) {
                return command(ProcessMethod::Start, start.namespecs);
            },
            [this](const core::StopProcesses& stop) {
                return command(ProcessMethod::Stop, stop.namespecs);
            },
            [this](const core::LeaveArguments& leave) { return leave_arguments(leave); },
            [this](const core::RestartSupervisor&) {
                return command_daemon(encode_plain_call("supervisor.restart"));
            },
            [this](const core::ShutdownSupervisor&) {
                return command_daemon(encode_plain_call("supervisor.shutdown"));
            },
            [this](const core::ReloadConfiguration&) { return reload_configuration(); },
            [this](const core::RemoveGroup& group) {
                return command_daemon(
                    encode_group_call("supervisor.removeProcessGroup", group.group));
            },
            [this](const core::AddGroup& group) {
                return command_daemon(encode_group_call("supervisor.addProcessGroup", group.group));
            },
        },
        call.call);
}

Fetched SupervisorClient::Session::fetch(const std::string& call, Instant deadline) {
    const Duration allowed = deadline - read_monotonic_clock();
    if (allowed.ms <= 0) {
        return CallFailed{CallFailureKind::TimedOut,
                          concat("supervisord at ", where_, " took too long")};
    }
    std::string body;
    error_text_[0] = '\0';
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(allowed.ms));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.size()));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, call.data());
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &body);
    const CURLcode code = curl_easy_perform(handle_);
    http_status_ = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &http_status_);
    return code == CURLE_OK ? judge(std::move(body)) : failure_of(code, allowed);
}

Fetched SupervisorClient::Session::failure_of(CURLcode code, Duration allowed) const {
    const std::string_view why =
        error_text_[0] != '\0' ? std::string_view(error_text_) : curl_easy_strerror(code);
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return CallFailed{
            CallFailureKind::TimedOut,
            concat("supervisord at ", where_, " did not answer within ", allowed.ms, " ms")};
    }
    if (code == CURLE_WRITE_ERROR) {
        return CallFailed{
            CallFailureKind::Unreadable,
            concat("supervisord at ", where_, " answered more than ", kMaxXmlBytes, " bytes")};
    }
    return CallFailed{kind_of(code), concat("supervisord at ", where_, ": ", why)};
}

Fetched SupervisorClient::Session::judge(std::string body) {
    if (http_status_ == 200) {
        return body;
    }
    if (http_status_ == 401 || http_status_ == 403) {
        return CallFailed{
            CallFailureKind::Refused,
            concat("supervisord at ", where_, " refuses the user or password of inet_http_server",
                   has_hashed_password_
                       ? ": a password in the form {SHA} cannot be used to call it, "
                         "plain text is needed"
                       : "")};
    }
    return CallFailed{CallFailureKind::Unreadable,
                      concat("supervisord at ", where_, " answered HTTP status ", http_status_,
                             ", 200 was expected")};
}

template <typename T>
std::variant<T, CallFailed> SupervisorClient::Session::ask(
    const std::string& call, Instant deadline, Decoded<T> (*decode)(const std::string&)) {
    auto fetched = fetch(call, deadline);
    if (auto* failed = std::get_if<CallFailed>(&fetched)) {
        return std::move(*failed);
    }
    auto decoded = decode(std::get<std::string>(fetched));
    if (!decoded) {
        return CallFailed{CallFailureKind::Unreadable, decoded.error().message};
    }
    if (const auto* fault = std::get_if<Fault>(&*decoded)) {
        return fault_failure(*fault);
    }
    return std::get<T>(std::move(*decoded));
}

// The disk is as slow as supervisord, and must be done before it.
CallResult SupervisorClient::Session::leave_arguments(const core::LeaveArguments& leave) const {
    core::Verdicts verdicts;
    for (const auto& arguments : leave.items) {
        const auto left = arguments_.leave(arguments);
        verdicts.verdicts.push_back(
            left ? std::nullopt
                 : std::optional(
                       Fault{FaultCode::NotApplicable,
                             concat("extra arguments cannot be written: ", left.error().message)}));
    }
    return verdicts;
}

CallResult SupervisorClient::Session::read_everything() {
    const Instant deadline = read_monotonic_clock() + deadlines_.read_everything;
    core::AllProcesses all;
    auto pid = ask<std::int32_t>(encode_plain_call("supervisor.getPID"), deadline, decode_pid);
    if (auto* failed = std::get_if<CallFailed>(&pid)) {
        return std::move(*failed);
    }
    all.session.pid = std::get<std::int32_t>(pid);
    all.session.start_ticks = read_proc_stat(all.session.pid).start_ticks;
    auto programs = fetch_programs(deadline);
    if (auto* failed = std::get_if<CallFailed>(&programs)) {
        return std::move(*failed);
    }
    all.programs = std::get<std::vector<core::SupervisorProgram>>(std::move(programs));
    // Last, because states age and configurations do not.
    auto processes = ask<std::vector<core::SupervisorProcess>>(
        encode_plain_call("supervisor.getAllProcessInfo"), deadline, decode_all_processes);
    if (auto* failed = std::get_if<CallFailed>(&processes)) {
        return std::move(*failed);
    }
    all.processes = std::get<std::vector<core::SupervisorProcess>>(std::move(processes));
    return all;
}

std::variant<std::vector<core::SupervisorProgram>, CallFailed>
SupervisorClient::Session::fetch_programs(Instant deadline) {
    using Programs = std::vector<core::SupervisorProgram>;
    auto programs = ask<Programs>(encode_plain_call("supervisor.getAllConfigInfo"), deadline,
                                  decode_all_programs);
    // supervisord answers 500 for ever when any option of any program exceeds 32 bits, as a log
    // size of 4GB does. The configuration files say the same of the programs.
    if (std::holds_alternative<CallFailed>(programs) && http_status_ == 500) {
        return Programs();
    }
    return programs;
}

CallResult SupervisorClient::Session::read_processes(const core::ReadProcesses& call) {
    auto some =
        ask<core::SomeProcesses>(encode_process_calls(ProcessMethod::GetInfo, call.namespecs),
                                 read_monotonic_clock() + deadlines_.call, decode_some_processes);
    return std::visit([](auto& result) -> CallResult { return std::move(result); }, some);
}

CallResult SupervisorClient::Session::command(ProcessMethod method,
                                              const std::vector<std::string>& namespecs) {
    auto fetched =
        fetch(encode_process_calls(method, namespecs), read_monotonic_clock() + deadlines_.call);
    if (auto* failed = std::get_if<CallFailed>(&fetched)) {
        return std::move(*failed);
    }
    auto decoded = decode_verdicts(std::get<std::string>(fetched), namespecs.size());
    if (!decoded) {
        return CallFailed{CallFailureKind::Unreadable, decoded.error().message};
    }
    if (const auto* fault = std::get_if<Fault>(&*decoded)) {
        return fault_failure(*fault);
    }
    return std::get<core::Verdicts>(std::move(*decoded));
}

// A fault is a verdict as well: the core reports it.
CallResult SupervisorClient::Session::reload_configuration() {
    auto fetched = fetch(encode_plain_call("supervisor.reloadConfig"),
                         read_monotonic_clock() + deadlines_.read_everything);
    if (auto* failed = std::get_if<CallFailed>(&fetched)) {
        return std::move(*failed);
    }
    auto decoded = decode_reloaded(std::get<std::string>(fetched));
    if (!decoded) {
        return CallFailed{CallFailureKind::Unreadable, decoded.error().message};
    }
    if (const auto* fault = std::get_if<Fault>(&*decoded)) {
        return core::Verdicts{{*fault}};
    }
    return std::get<core::ConfigurationReloaded>(std::move(*decoded));
}

CallResult SupervisorClient::Session::command_daemon(const std::string& call) {
    auto fetched = fetch(call, read_monotonic_clock() + deadlines_.call);
    if (auto* failed = std::get_if<CallFailed>(&fetched)) {
        return std::move(*failed);
    }
    auto decoded = decode_acknowledgement(std::get<std::string>(fetched));
    if (!decoded) {
        return CallFailed{CallFailureKind::Unreadable, decoded.error().message};
    }
    core::Verdicts verdicts;
    const auto* fault = std::get_if<Fault>(&*decoded);
    verdicts.verdicts.push_back(fault == nullptr ? std::nullopt : std::optional<Fault>(*fault));
    return verdicts;
}

void SupervisorClient::prepare_library() {
    curl_global_init(CURL_GLOBAL_NOTHING);
    prepare_supervisor_codec();
}

SupervisorClient::SupervisorClient(EventLoop& loop, SupervisorAddress address, OnReply on_reply,
                                   SupervisorDeadlines deadlines)
    : loop_(loop),
      on_reply_(std::make_shared<OnReply>(std::move(on_reply))),
      session_(std::make_unique<Session>(address, deadlines, is_ending_)),
      worker_("supervisord", kMaxWaiting) {}

SupervisorClient::~SupervisorClient() {
    is_ending_ = true;
}

void SupervisorClient::call(core::CallSupervisor call) {
    const auto reply = [this](core::SupervisorReply answer) {
        auto receiver = std::weak_ptr<OnReply>(on_reply_);
        loop_.post([receiver = std::move(receiver), answer = std::move(answer)]() mutable {
            if (const auto on_reply = receiver.lock()) {
                (*on_reply)(std::move(answer));
            }
        });
    };
    const core::CallId id = call.id;
    const bool accepted = worker_.submit([this, reply, call = std::move(call)] {
        reply({call.id, session_->carry_out(call)});
        if (std::holds_alternative<core::ReadEverything>(call.call)) {
            malloc_trim(0);  // megabytes of XML were taken apart: give them back
        }
    });
    if (!accepted) {
        reply({id, CallFailed{CallFailureKind::Unreachable,
                              "too many calls to supervisord are waiting"}});
    }
}

}  // namespace sup::shell
