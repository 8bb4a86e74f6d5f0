#include "agent/shell/start_guard.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup::shell {
namespace {

using codec::Value;
using core::Startable;

constexpr std::string_view kOne = "supervisor.startProcess";
constexpr std::string_view kGroup = "supervisor.startProcessGroup";
constexpr std::string_view kAll = "supervisor.startAllProcesses";

Value result_value(const ProcessName& process, FaultCode code, const std::string& description) {
    codec::Struct members;
    members.push_back({"name", {process.name}});
    members.push_back({"group", {process.group}});
    members.push_back({"status", {std::int32_t{code_of(code)}}});
    members.push_back({"description", {description}});
    return {std::move(members)};
}

// As supervisord reads it: a name alone is that of a group and of its process.
Namespec target_of(const codec::Call& call) {
    const auto* text =
        call.parameters.empty() ? nullptr : std::get_if<std::string>(&call.parameters[0].content);
    if (text == nullptr) {
        return {};
    }
    return call.method == kGroup ? Namespec{*text, {}} : parse_namespec(*text);
}

Value wait_of(const codec::Call& call) {
    const std::size_t place = call.method == kAll ? 0 : 1;
    return place < call.parameters.size() ? call.parameters[place] : Value{true};
}

}  // namespace

bool is_start(const codec::Call& call) {
    return call.method == kOne || call.method == kGroup || call.method == kAll;
}

guard::Plan plan_start(const codec::Call& call, const std::vector<Startable>& startables) {
    const auto target = target_of(call);
    const bool is_all = call.method == kAll;
    const auto is_meant = [&](const Startable& one) {
        return is_all || (one.process.group == target.group &&
                          (target.is_group() || one.process.name == target.name));
    };
    guard::Several several{{}, wait_of(call)};
    bool any_refused = false;
    for (const auto& one : startables) {
        if (!is_meant(one)) {
            continue;
        }
        if (!is_all && !target.is_group()) {
            return one.refusal ? guard::Plan{*one.refusal} : guard::Plan{guard::Pass{}};
        }
        any_refused = any_refused || one.refusal;
        // supervisord leaves out what runs; what is hidden does not exist.
        if (!one.is_hidden && !is_running_like(one.state)) {
            several.starts.push_back({one.process, one.refusal});
        }
    }
    return any_refused ? guard::Plan{std::move(several)} : guard::Plan{guard::Pass{}};
}

Value start_result(const ProcessName& process, const Fault& fault) {
    return result_value(process, fault.code, fault.text());
}

Value start_success(const ProcessName& process) {
    return result_value(process, FaultCode::Success, "OK");
}

}  // namespace sup::shell
