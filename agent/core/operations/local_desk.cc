#include "agent/core/operations/local_desk.h"

#include "common/base/text.h"

namespace sup::core {
namespace {

constexpr std::string_view kCategory = "statistics";

std::string_view on_or_off(Switch to) {
    return to == Switch::On ? "on" : "off";
}

}  // namespace

void LocalDesk::on_request(Instant, const LocalOperatorRequest& request, Outbox& out) {
    std::visit([&](const auto& content) { execute(request.id, content, out); }, request.request);
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
