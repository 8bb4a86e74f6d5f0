#include "agent/core/operations/local_desk.h"

#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "statistics";

std::string_view on_or_off(Switch to) {
    return to == Switch::On ? "on" : "off";
}

}  // namespace

void LocalDesk::on_request(Instant now, const LocalOperatorRequest& request, Outbox& out) {
    const auto id = request.id;
    const auto of_program = [&](const auto& content) {
        programs_->on_request(now, id, content, out);
    };
    std::visit(Overloaded{
                   [&](const SwitchHostStatistics& content) { execute(id, content, out); },
                   [&](const SwitchProcessStatistics& content) { execute(id, content, out); },
                   [&](const SetCollectingPeriod& content) { execute(id, content, out); },
                   [&](const EnableProgram& content) { of_program(content); },
                   [&](const DisableProgram& content) { of_program(content); },
                   [&](const UpdateNumprocs& content) { of_program(content); },
                   [](const ForgetInstance&) {},  // see AgentCore::Parts::on_local_request
               },
               request.request);
}

void LocalDesk::execute(RequestId id, const SwitchHostStatistics& request, Outbox& out) {
    statistics_->host = request.to == Switch::On;
    out.info(kCategory, concat("host statistics are ", on_or_off(request.to)));
    out.add(AnswerOperator{id, Done{}});
}

void LocalDesk::execute(RequestId id, const SwitchProcessStatistics& request, Outbox& out) {
    statistics_->process = request.to == Switch::On;
    out.info(kCategory, concat("process statistics are ", on_or_off(request.to)));
    out.add(AnswerOperator{id, Done{}});
}

void LocalDesk::execute(RequestId id, const SetCollectingPeriod& request, Outbox& out) {
    statistics_->period = request.period;
    out.info(kCategory, concat("statistics are collected every ", request.period.ms, " ms"));
    out.add(AnswerOperator{id, Done{}});
}

}  // namespace sup::core
