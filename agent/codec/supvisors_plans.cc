#include "agent/codec/supvisors_families.h"
#include "common/base/text.h"

// What would come of a request, told before anybody asks for it: additions to the reference.
namespace sup::codec {
namespace {

// The call is made as it would be, up to the request that it comes to.
Action plan_of(const QueriesSource& queries, const Arguments& arguments) {
    const Call call{concat(kNamespace, arguments.text(0)), arguments.values(1)};
    const auto action = plan_call(call, queries);
    if (const auto* fault = std::get_if<Fault>(&action)) {
        return fault->code == FaultCode::UnknownMethod
                   ? Fault{FaultCode::BadName, concat(call.method, " does not exist")}
                   : *fault;
    }
    const auto* request = std::get_if<Request>(&action);
    if (request == nullptr) {
        return Fault{FaultCode::IncorrectParameters,
                     concat("nothing of ", call.method,
                            " can be planned: expected a method that starts, stops, conciliates "
                            "or closes")};
    }
    return action_of(queries().plan(*request));
}

}  // namespace

std::vector<Method> plan_methods() {
    return {
        {.name = "plan",
         .result = "struct",
         .parameters = {text("method"), {"parameters", ParameterKind::Values, Argument{Array{}}}},
         .states = {},
         .help = "What the method would do now with these parameters: each start and stop in "
                 "order, the reason of each choice and refusal, and the state that would end the "
                 "federation, if it would. Nothing is done.",
         .handler = plan_of},
        {.name = "plan_loss",
         .result = "struct",
         .parameters = {text("identifier")},
         .states = {},
         .help = "What would be done if this instance were lost now, as plan tells it.",
         .handler = reading([](const core::Queries& queries, const Arguments& arguments) {
             return queries.plan_loss(arguments.text(0));
         })},
    };
}

}  // namespace sup::codec
