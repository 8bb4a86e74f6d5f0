#include "agent/codec/supvisors_api.h"

#include <algorithm>
#include <iterator>

#include "agent/codec/supvisors_families.h"
#include "common/base/text.h"
#include "common/model/state_gate.h"

namespace sup::codec {
namespace {

std::vector<Method> gather_methods() {
    std::vector<Method> all = status_methods();
    std::ranges::move(control_methods(), std::back_inserter(all));
    std::ranges::move(job_methods(), std::back_inserter(all));
    std::ranges::move(local_methods(), std::back_inserter(all));
    std::ranges::move(plan_methods(), std::back_inserter(all));
    std::ranges::sort(all, {}, &Method::name);
    return all;
}

// What the state alone forbids: it is checked before the values of the parameters.
std::optional<Fault> state_fault(const Method& method, const QueriesSource& queries) {
    return method.states.empty() ? std::nullopt
                                 : sup::state_fault(queries().supvisors_state().fsm, method.states);
}

// As a signature in the help: `strategy`, `wait=true`.
std::string declaration_of(const Parameter& parameter) {
    std::string out(parameter.name);
    if (parameter.fallback) {
        const auto* flag = std::get_if<bool>(&*parameter.fallback);
        const bool is_list = std::holds_alternative<Array>(*parameter.fallback);
        out += flag != nullptr ? (*flag ? "=true" : "=false") : is_list ? "=[]" : "=''";
    }
    return out;
}

}  // namespace

std::span<const Method> supvisors_methods() {
    static const std::vector<Method> methods = gather_methods();
    return methods;
}

const Method* find_supvisors_method(std::string_view name) {
    if (!name.starts_with(kNamespace)) {
        return nullptr;
    }
    name.remove_prefix(kNamespace.size());
    const auto methods = supvisors_methods();
    const auto found = std::ranges::lower_bound(methods, name, {}, &Method::name);
    return found == methods.end() || found->name != name ? nullptr : &*found;
}

Action plan_call(const Call& call, const QueriesSource& queries) {
    const Method* method = find_supvisors_method(call.method);
    if (method == nullptr) {
        return Fault{FaultCode::UnknownMethod, {}};
    }
    if (!is_count_right(method->parameters, call.parameters.size())) {
        return Fault{FaultCode::IncorrectParameters, {}};
    }
    const auto arguments = check_arguments(method->parameters, call.parameters);
    if (const auto* fault = std::get_if<Fault>(&arguments)) {
        return state_fault(*method, queries).value_or(*fault);
    }
    return method->handler(queries, std::get<Arguments>(arguments));
}

std::vector<std::string> supvisors_method_names() {
    std::vector<std::string> names;
    for (const auto& method : supvisors_methods()) {
        names.push_back(concat(kNamespace, method.name));
    }
    return names;
}

// The tags are those of supervisord's own help, which clients parse.
std::string help_of(const Method& method) {
    std::vector<std::string> declarations;
    std::string tags;
    for (const auto& parameter : method.parameters) {
        declarations.push_back(declaration_of(parameter));
        tags += concat("@param ", type_of(parameter.kind), " ", parameter.name, "\n");
    }
    return concat(method.name, "(", join(declarations, ", "), ")\n\n", method.help, "\n\n", tags,
                  "@return ", method.result, " result\n");
}

std::vector<std::string> signature_of(const Method& method) {
    std::vector<std::string> types{std::string(method.result)};
    for (const auto& parameter : method.parameters) {
        types.emplace_back(type_of(parameter.kind));
    }
    return types;
}

}  // namespace sup::codec
